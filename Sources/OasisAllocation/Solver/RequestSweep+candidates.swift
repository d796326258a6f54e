extension RequestSweep {
    /// Reduced values of one request into `reduced`, with zeros up to a whole block.
    @inline(__always)
    func reduce(start: Int, count: Int, cell: Int) {
        let padded = paddedToBlocks(count)
        if start &+ padded > columns.candidateCount {
            reduceAtEnd(start: start, count: count, cell: cell)
            return
        }
        let value = columns.value + start
        let campaign = columns.campaign + start
        var next = 0
        var place = 0
        if fusesFirst {
            let attribute = attributes[0]
            next = 1
            let prices = campaignPrice + attribute.index &* columns.campaignCount
            let everywhere = cellPrice[attribute.index &* columns.cellCount &+ cell]
            while place < padded {
                let price = gather(prices, campaign + place) + everywhere
                reduced.setBlock(place, SIMD4<Number>(value.block(place)) - price)
                place &+= blockLength
            }
        } else {
            while place < padded {
                reduced.setBlock(place, SIMD4<Number>(value.block(place)))
                place &+= blockLength
            }
        }
        while next < attributes.count {
            charge(attributes[next], start: start, padded: padded, cell: cell)
            next &+= 1
        }
        // Lanes past the end hold the next request's candidates.
        let last = padded &- blockLength
        reduced.setBlock(last, Number.first(count &- last, of: reduced.block(last)))
    }

    /// Takes the price of one attribute from the reduced values.
    @inline(__always)
    private func charge(_ attribute: MarketView.Attribute, start: Int, padded: Int, cell: Int) {
        let campaign = columns.campaign + start
        let prices = campaignPrice + attribute.index &* columns.campaignCount
        let everywhere = cellPrice[attribute.index &* columns.cellCount &+ cell]
        var place = 0
        if let amount = attribute.amount {
            let amount = amount + start
            if attribute.usesCampaigns {
                while place < padded {
                    let price = gather(prices, campaign + place) + everywhere
                    reduced.setBlock(place, reduced.block(place) - SIMD4<Number>(amount.block(place)) * price)
                    place &+= blockLength
                }
            } else if everywhere != 0 {
                while place < padded {
                    reduced.setBlock(place, reduced.block(place) - SIMD4<Number>(amount.block(place)) * everywhere)
                    place &+= blockLength
                }
            }
        } else if attribute.usesCampaigns {
            while place < padded {
                reduced.setBlock(place, reduced.block(place) - (gather(prices, campaign + place) + everywhere))
                place &+= blockLength
            }
        } else if everywhere != 0 {
            while place < padded {
                reduced.setBlock(place, reduced.block(place) - everywhere)
                place &+= blockLength
            }
        }
    }

    @inline(__always)
    private func gather(_ table: UnsafePointer<Number>, _ index: UnsafePointer<Int32>) -> SIMD4<Number> {
        SIMD4(table[Int(index[0])], table[Int(index[1])], table[Int(index[2])], table[Int(index[3])])
    }

    /// As `reduce`, where a block would reach past the last candidate.
    @inline(never)
    private func reduceAtEnd(start: Int, count: Int, cell: Int) {
        columns.reduce(
            start: start,
            count: count,
            cell: cell,
            attributes,
            campaignPrice: campaignPrice,
            cellPrice: cellPrice,
            into: reduced
        )
        for place in count..<paddedToBlocks(count) { reduced[place] = 0 }
    }

    /// Writes the places whose number is above `level` into `places`, in rising order, and returns how many; `visit` also
    /// sees each.
    @inline(__always)
    func collect(
        above level: Number,
        from values: UnsafeMutablePointer<Number>,
        count: Int,
        _ visit: (_ place: Int) -> Void = { _ in }
    ) -> Int {
        var found = 0
        var first = 0
        while first < count {
            let end = min(paddedToBlocks(count), first &+ 32)
            var bits = SIMD4<UInt32>(1, 2, 4, 8)
            var marked = SIMD4<UInt32>.zero
            var place = first
            while place < end {
                marked |= Number.marked(values.block(place), above: level, bits)
                bits = bits &<< 4
                place &+= blockLength
            }
            var mask = marked.x | marked.y | marked.z | marked.w
            let left = count &- first
            if left < 32 { mask &= (1 &<< UInt32(truncatingIfNeeded: left)) &- 1 }
            while mask != 0 {
                let place = first &+ mask.trailingZeroBitCount
                places[found] = Int32(truncatingIfNeeded: place)
                visit(place)
                found &+= 1
                mask &= mask &- 1
            }
            first &+= 32
        }
        return found
    }

    /// Adds the selected candidates' amounts to the tables.
    @inline(__always)
    func add(selected: Int, start: Int, cell: Int, weight: Double, delivered: Double) {
        let campaign = columns.campaign + start
        var next = 0
        while next < attributes.count {
            let attribute = attributes[next]
            next &+= 1
            let byCampaign = campaignSums + attribute.index &* columns.campaignCount
            let byCell = cellSums + attribute.index &* columns.cellCount + cell
            if let amount = attribute.amount {
                let amount = amount + start
                var total = 0.0
                for index in 0..<selected {
                    let place = Int(places[index])
                    let amount = weight * Double(shares[place]) * Double(amount[place])
                    if attribute.usesCampaigns { byCampaign[Int(campaign[place])] += amount }
                    total += amount
                }
                byCell.pointee += total
            } else {
                if attribute.usesCampaigns {
                    var index = 0
                    while index < selected {
                        let place = Int(places[index])
                        byCampaign[Int(campaign[place])] += weight * Double(shares[place])
                        index &+= 1
                    }
                }
                byCell.pointee += weight * delivered
            }
        }
    }
}
