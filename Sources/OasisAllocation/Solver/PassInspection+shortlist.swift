extension PassInspection {
    /// What a survey found: candidates counted over the whole problem, in order.
    package struct Survey {
        /// Those that may or may not be selected.
        package var open: [Int] = []
        /// Those that are selected whole wherever prices go.
        package var settled: [Int] = []
        /// Slots that the settled take, for each request that keeps candidates.
        package var slotsTaken: [Int: Int] = [:]
        /// Σ w · amount over the settled, laid out as folded prices are.
        package var settledCampaign: [Double]
        package var settledCell: [Double]
        /// Σ w · (top k positive u) over all candidates.
        package var top: Double
    }

    /// A survey at the prices that were set, for γ of up to `smoothing` and for all folded prices that differ from those
    /// by no more than the reaches, which are laid out as the prices are.
    package func survey(smoothing: Double, campaignReach: [Double], cellReach: [Double]) -> Survey {
        let found = CandidateList(chunks: chunks)
        let reach = SurveyReach(folding, amounts: amounts)
        for (index, radius) in campaignReach.enumerated() { reach.campaign.base[index] = radius }
        for (index, radius) in cellReach.enumerated() { reach.cell.base[index] = radius }
        reach.close()
        let settledSums = FoldedSums(folding: folding, chunks: chunks)
        let tables = ReachTables(
            campaign: UnsafePointer(reach.campaign.base),
            cell: UnsafePointer(reach.cell.base),
            largest: reach.largest
        )
        sweep(double, smoothing: smoothing, bandWidth: -1) { chunk in
            .shortlist(
                ShortlistRecord(
                    part: found.part(chunk),
                    reach: tables,
                    settled: (settledSums.campaign(chunk), settledSums.cell(chunk))
                )
            )
        }
        withExtendedLifetime(reach) {}
        _ = sums.total()
        let (campaign, cell) = settledSums.total()
        var survey = Survey(
            settledCampaign: Array(UnsafeBufferPointer(start: campaign, count: settledSums.campaignSize)),
            settledCell: Array(UnsafeBufferPointer(start: cell, count: settledSums.cellSize)),
            top: sums.scalar(.top)
        )
        for chunk in 0..<chunks.count { survey.add(found.part(chunk).pointee, chunks.range(chunk), market) }
        return survey
    }
}

extension PassInspection.Survey {
    fileprivate mutating func add(_ part: CandidateList.Part, _ requests: Range<Int>, _ market: MarketView) {
        let first = market.start(requests.lowerBound)
        open += (0..<part.count).map { first + Int(part.candidates[$0]) }
        settled += (0..<part.settledCount).map { first + Int(part.settled[$0]) }
        for index in 0..<part.requestCount {
            let request = part.requests[index]
            slotsTaken[requests.lowerBound + Int(request.request)] = Int(request.settled)
        }
    }
}
