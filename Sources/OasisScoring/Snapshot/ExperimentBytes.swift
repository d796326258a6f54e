import OasisMarket

// Experiments and frequency limits in a snapshot's bytes; writer and reader stand side by side.

extension ByteWriter {
    mutating func append(_ layer: ExperimentLayer) {
        append(layer.name.text)
        append(layer.salt)
        append(UInt32(layer.arms.count))
        for arm in layer.arms { append(arm) }
    }

    private mutating func append(_ arm: ExperimentArm) {
        append(arm.name.text)
        append(UInt32(arm.share.value))
        append(UInt32(arm.worthFactors.count))
        for attribute in Attribute.allCases {
            guard let factor = arm.worthFactors[attribute] else { continue }
            append(UInt32(attribute.position))
            append(factor)
        }
        append(UInt32(arm.maxBoost == nil ? 0 : 1))
        append(arm.maxBoost ?? 0)
        append(UInt32(arm.maxPromotedPerSlate == nil ? 0 : 1))
        append(UInt32(arm.maxPromotedPerSlate ?? 0))
        append(UInt32(arm.isShadow ? 1 : 0))
    }
}

extension ByteReader {
    mutating func layer() throws(SnapshotFile.Fault) -> ExperimentLayer {
        var layer = ExperimentLayer(name: try name(), salt: try text(), arms: [])
        for _ in 0..<(try take() as UInt32) { layer.arms.append(try arm()) }
        return layer
    }

    private mutating func arm() throws(SnapshotFile.Fault) -> ExperimentArm {
        var arm = ExperimentArm(name: try name(), share: BasisPoints(Int(try take() as UInt32)))
        for _ in 0..<(try take() as UInt32) {
            let position = Int(try take() as UInt32)
            guard position < Attribute.allCases.count else { throw fault("names an attribute that there is not") }
            arm.worthFactors[Attribute.allCases[position]] = try finite()
        }
        let (hasBoost, boost) = (try flag(), try finite())
        let (hasSlots, slots) = (try flag(), Int(try take() as UInt32))
        arm.maxBoost = hasBoost ? boost : nil
        arm.maxPromotedPerSlate = hasSlots ? slots : nil
        arm.isShadow = try flag()
        return arm
    }

    mutating func limit() throws(SnapshotFile.Fault) -> FrequencyLimit {
        let isArtist = try flag()
        return FrequencyLimit(
            scope: isArtist ? .artist : .campaign,
            maximum: Int(try take() as UInt32),
            windowHours: Int(try take() as UInt32)
        )
    }
}
