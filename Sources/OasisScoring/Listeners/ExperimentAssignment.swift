package import OasisMarket

/// Which experiment arms a listener is in, and what they change together.
package struct ExperimentTerms: Hashable, Sendable {
    /// `layer/arm` of each, in the policy's order of layers.
    package var arms: [String] = []
    /// What the worth of each attribute is multiplied by; nothing when no arm says so.
    package var worthFactors: AttributeVector?
    /// Largest boost, the smallest of all arms that name one.
    package var maxBoost: Double?
    /// Most promoted tracks a slate, the smallest of all arms that name it.
    package var maxPromotedPerSlate: Int?
    /// Whether an arm decides and logs without serving.
    package var isShadow = false

    /// A listener in no arm.
    package static let none = ExperimentTerms()

    /// Worths as the listener's arms have them.
    package func worths(_ worths: AttributeVector) -> AttributeVector {
        guard let worthFactors else { return worths }
        var changed = worths
        for attribute in Attribute.allCases { changed[attribute] *= worthFactors[attribute] }
        return changed
    }

    fileprivate mutating func add(_ arm: ExperimentArm, named name: String) {
        arms.append(name)
        if !arm.worthFactors.isEmpty {
            var factors = worthFactors ?? Self.neutral
            for (attribute, factor) in arm.worthFactors { factors[attribute] *= factor }
            worthFactors = factors
        }
        if let boost = arm.maxBoost { maxBoost = min(maxBoost ?? boost, boost) }
        if let slots = arm.maxPromotedPerSlate { maxPromotedPerSlate = min(maxPromotedPerSlate ?? slots, slots) }
        isShadow = isShadow || arm.isShadow
    }

    private static var neutral: AttributeVector {
        var vector = AttributeVector()
        for attribute in Attribute.allCases { vector[attribute] = 1 }
        return vector
    }
}

/// Splits listeners into experiment arms: a function of pseudonym and salts, so that nothing has to be stored.
///
/// Each layer hashes with its own salt into 10,000 equal parts, of which its arms take their shares one after the other.
/// So arms of a layer exclude each other, and layers are independent. The holdout is drawn before, with a salt of its
/// own, and belongs to no arm.
package struct ExperimentAssignment: Sendable {
    private struct Arm: Sendable {
        /// First part of 10,000 that is no longer its own.
        var end: UInt64
        var name: String
        var document: ExperimentArm
    }

    private struct Layer: Sendable {
        var hash: StableHash
        var arms: [Arm]
    }

    private let layers: [Layer]

    /// Lays out a policy's layers.
    package init(_ layers: [ExperimentLayer]) {
        self.layers = layers.map { layer in
            var end: UInt64 = 0
            let arms = layer.arms.map { arm in
                end += UInt64(arm.share.value)
                return Arm(end: end, name: "\(layer.name)/\(arm.name)", document: arm)
            }
            return Layer(hash: StableHash(salt: layer.salt), arms: arms)
        }
    }

    /// What holds for a listener who is not in the holdout.
    package func terms(of listener: ListenerID) -> ExperimentTerms {
        guard !layers.isEmpty else { return .none }
        var terms = ExperimentTerms.none
        let listenerHash = listener.stableHash
        for layer in layers {
            let part = layer.hash.hash(listenerHash).multipliedFullWidth(by: 10_000).high
            if let arm = layer.arms.first(where: { part < $0.end }) { terms.add(arm.document, named: arm.name) }
        }
        return terms
    }
}
