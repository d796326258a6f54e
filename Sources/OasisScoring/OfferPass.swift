import OasisMarket
import OasisResponse

/// A candidate that some campaign would like to promote here.
struct Offer {
    var candidate: UInt32
    /// The campaign's place in the snapshot.
    var campaign: UInt32
    var trackHash: UInt64
    /// Price-adjusted worth less price-adjusted loss.
    var netWorth: Double
    var boost: Double
    var listenerLoss: Double
    var neededBoost: Float
}

/// One request's way through the snapshot's columns: from candidates to offers, without a call to the allocator.
///
/// It goes through the candidates several times and keeps little between, so that the many reads of memory that a
/// look-up needs are under way at once instead of one after the other.
struct OfferPass {
    private let snapshot: SnapshotColumns
    private let request: RequestColumns
    private let terms: RequestTerms
    private let scratch: ScoringScratch

    init(_ snapshot: SnapshotColumns, _ request: RequestColumns, _ terms: RequestTerms, _ scratch: ScoringScratch) {
        self.snapshot = snapshot
        self.request = request
        self.terms = terms
        self.scratch = scratch
    }

    /// Writes the offers, at most one for each campaign, and says how many; and whether units alone kept one back that
    /// would have had a chance: one worth its price, or any where `explores` gives all of them one.
    ///
    /// Counts in `heldBack` what an obstacle kept back.
    func offers(
        heldBack: inout HeldBack,
        explores: Bool,
        obstacle: (Int) -> ReasonCode?
    ) -> (count: Int, isLeaseShort: Bool) {
        var count = 0
        var isLeaseShort = false
        let found = keepServing(findCampaigns(gatherEligible()))
        let places = CampaignPlaces(scratch.places, expecting: found)
        for index in 0..<found {
            let candidate = Int(truncatingIfNeeded: scratch.candidates[index])
            let campaign = snapshot.campaigns + Int(truncatingIfNeeded: scratch.campaigns[index])
            let offer = offer(candidate, scratch.campaigns[index], campaign, hash: scratch.hashes[index])
            guard offer.neededBoost <= terms.largestBoost else { continue }
            if let obstacle = obstacle(Int(offer.campaign)) {
                heldBack.add(obstacle)
                isLeaseShort = isLeaseShort || (obstacle == .leaseExhausted && (explores || offer.netWorth > 0))
                continue
            }
            // A song is played once, and takes one unit: of a campaign's tracks the best is offered.
            let place = places.place(of: offer.campaign, next: count)
            if place == count {
                scratch.offers[count] = offer
                count &+= 1
            } else if offer.netWorth > scratch.offers[place].netWorth {
                scratch.offers[place] = offer
            }
        }
        return (count, isLeaseShort)
    }

    /// Lists the candidates whose organic score lets them be promoted.
    private func gatherEligible() -> Int {
        var count = 0
        for candidate in 0..<request.count {
            scratch.candidates[count] = UInt32(truncatingIfNeeded: candidate)
            count &+= terms.eligible(request.organicScores[candidate])
        }
        return count
    }

    /// Keeps those that some campaign promotes, with campaign and hash.
    private func findCampaigns(_ eligible: Int) -> Int {
        request.writeHashes(of: scratch.candidates, count: eligible, to: scratch.hashes)
        let likely = findSlots(eligible)
        for index in 0..<likely {
            scratch.campaigns[index] = snapshot.table.slots[Int(truncatingIfNeeded: scratch.campaigns[index])]
        }
        for index in 0..<likely {
            let track = snapshot.tracks[Int(truncatingIfNeeded: scratch.campaigns[index])]
            scratch.places[index] = UInt64(track.name) << 32 | UInt64(track.campaign)
            scratch.isMatch[index] = track.hash == scratch.hashes[index]
        }
        var found = 0
        for index in 0..<likely {
            let (candidate, hash) = (scratch.candidates[index], scratch.hashes[index])
            var campaign = UInt32(truncatingIfNeeded: scratch.places[index])
            if !(scratch.isMatch[index] && isNamed(candidate, as: index)) {
                // Another track with the same tag, or one that had no room in its group.
                let name = request.name(Int(truncatingIfNeeded: candidate))
                guard let other = snapshot.campaign(hash: hash, name: name) else { continue }
                campaign = other
            }
            scratch.candidates[found] = candidate
            scratch.hashes[found] = hash
            scratch.campaigns[found] = campaign
            found &+= 1
        }
        return found
    }

    /// Keeps those whose tag is in their group, with the slot of the first such; says how many they are.
    private func findSlots(_ eligible: Int) -> Int {
        let table = snapshot.table
        var likely = 0
        for index in 0..<eligible {
            let hash = scratch.hashes[index]
            let place = TrackTable.group(hash) & table.groupMask
            let group = table.groups[place]
            let matches = TrackTable.matches(group, TrackTable.tags(hash))
            let slot = place &* TrackTable.slotsPerGroup &+ (matches.trailingZeroBitCount &>> 3 & 7)
            scratch.candidates[likely] = scratch.candidates[index]
            scratch.hashes[likely] = hash
            scratch.campaigns[likely] = UInt32(truncatingIfNeeded: slot)
            likely &+= TrackTable.mayHold(group, matches)
        }
        return likely
    }

    /// Whether a candidate has the very name of the track that was looked at for it.
    @inline(__always)
    private func isNamed(_ candidate: UInt32, as index: Int) -> Bool {
        guard let name = request.name(Int(truncatingIfNeeded: candidate)) else { return true }
        let track = Int(truncatingIfNeeded: scratch.campaigns[index])
        return snapshot.isName(name, of: track, at: Int(truncatingIfNeeded: scratch.places[index] >> 32))
    }

    /// Keeps those whose campaigns may be promoted here and now.
    private func keepServing(_ found: Int) -> Int {
        var serving = 0
        for index in 0..<found {
            let campaign = snapshot.campaigns + Int(truncatingIfNeeded: scratch.campaigns[index])
            scratch.candidates[serving] = scratch.candidates[index]
            scratch.hashes[serving] = scratch.hashes[index]
            scratch.campaigns[serving] = scratch.campaigns[index]
            serving &+= terms.serving(campaign)
        }
        return serving
    }

    private func offer(
        _ candidate: Int,
        _ place: UInt32,
        _ campaign: UnsafePointer<CampaignRecord>,
        hash: UInt64
    ) -> Offer {
        let priced = PricedCandidate(candidate, of: request, campaign, at: Int(place), terms)
        let organic = request.organicScores[candidate]
        let loss = Double(terms.slate.displaced) - Double(organic)
        return Offer(
            candidate: UInt32(truncatingIfNeeded: candidate),
            campaign: place,
            trackHash: hash,
            netWorth: priced.worth - priced.lossPrice * loss,
            boost: priced.worth / priced.lossPrice,
            listenerLoss: loss,
            neededBoost: terms.boost(lifting: organic)
        )
    }
}

/// What promoting a candidate is worth after prices, before what it displaces.
struct PricedCandidate {
    let amounts: ExpectedAmounts
    /// Σ amount·(worth − campaign price − cell price), in the order of `Attribute.allCases`.
    let worth: Double
    /// 1 + μ.
    let lossPrice: Double

    @inline(__always)
    init(
        _ candidate: Int,
        of request: RequestColumns,
        _ campaign: UnsafePointer<CampaignRecord>,
        at place: Int,
        _ terms: RequestTerms
    ) {
        let record = campaign.pointee
        amounts = ExpectedAmounts(
            rates: terms.rates?[place].rates
                ?? ResponseRates(
                    streamsPerPlay: record.streamsPerPlay,
                    savesPerStream: record.savesPerStream,
                    newListenersPerStream: record.newListenersPerStream
                ),
            streamProbability: request.streamProbabilities.map { Double($0[candidate]) },
            isNewToArtist: request.isNewToArtist?[candidate],
            commissionPerStream: record.commissionPerStream
        )
        let (worths, cell) = (terms.worths, terms.cellPrices)
        var sum = amounts.delivery * (worths.delivery - record.deliveryPrice - cell.delivery)
        sum += amounts.stream * (worths.stream - record.streamPrice - cell.stream)
        sum += amounts.save * (worths.save - record.savePrice - cell.save)
        sum += amounts.newListener * (worths.newListener - record.newListenerPrice - cell.newListener)
        sum += amounts.commission * (worths.commission - record.commissionPrice - cell.commission)
        worth = sum
        lossPrice = 1 + record.listenerLossPrice + cell.listenerLoss
    }
}
