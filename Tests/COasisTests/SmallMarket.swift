import COasis
import COasisHeader
import OasisAllocation

/// A market as C arrays: three requests, three campaigns, a cap, a promise that cannot be kept, and a share.
final class SmallMarket {
    var offsets: [Int64] = [0, 3, 5, 8]
    var slots: [Int32] = [1, 1, 2]
    var weight: [Float] = [1, 2, 1]
    var cell: [Int32] = [0, 1, 0]
    var campaign: [Int32] = [0, 1, 2, 0, 1, 0, 1, 2]
    var value: [Float] = [3, 2, 1, 5, 4, 2, 1.5, 1]
    var loss: [Float] = [0.5, 0.25, 0, 1, 0.5, 0.25, 0.125, 0]
    var setOffsets: [Int64] = [0, 2]
    var setCampaign: [Int32] = [1, 2]
    var rowAttribute: [Int32] = [0, 0, 0, 1]
    var rowScopeKind: [UInt8] = [1, 1, 2, 0]
    var rowScope: [Int32] = [0, 2, 0, 0]
    var rowSense: [Int8] = [1, -1, -1, 1]
    var rowBound: [Double] = [1.5, 3, 0, 2]
    var rowShare: [Double] = [0, 0, 0.25, 0]
    var rowPenalty: [Double] = [.infinity, 2, 1, 4]

    /// The same market as Swift has it.
    func problem() throws -> AllocationProblem {
        try AllocationProblem(
            offsets: Column(offsets),
            slots: Column(slots),
            weight: Column(weight),
            cell: Column(cell),
            campaign: Column(campaign),
            value: Column(value),
            attributes: [.init("delivery"), .init("listenerLoss", Column(loss))],
            campaignCount: 3,
            cellCount: 2,
            sets: CampaignSets(offsets: Column(setOffsets), campaign: Column(setCampaign)),
            rows: [
                AllocationRow(attribute: 0, scope: .campaign(0), sense: .atMost, bound: 1.5),
                AllocationRow(attribute: 0, scope: .campaign(2), sense: .atLeast, bound: 3, penalty: 2),
                AllocationRow(attribute: 0, scope: .set(0), sense: .atLeast, bound: 0, share: 0.25, penalty: 1),
                AllocationRow(attribute: 1, scope: .all, sense: .atMost, bound: 2, penalty: 4),
            ]
        )
    }

    /// What `oasis_solve` answered.
    struct Answer {
        var status: oasis_status
        var error = oasis_error.sized
        var price: [Double]
        var allocation: [Float]
        var shortfall: [Double]
        var certificate: oasis_certificate

        var field: String { text(of: error.field) }
        var rule: String { text(of: error.rule) }
    }

    /// Solves through C; `edit` may break the arguments first.
    func solve(
        options: oasis_solve_options? = nil,
        _ edit: (inout oasis_problem, inout oasis_solution) -> Void = { _, _ in }
    ) -> Answer {
        var answer = Answer(
            status: -1,
            price: Array(repeating: -1, count: rowBound.count),
            allocation: Array(repeating: -1, count: value.count),
            shortfall: Array(repeating: -1, count: rowBound.count),
            certificate: oasis_certificate.sized
        )
        let memory = BorrowedMemory()
        var problem = problem(in: memory)
        answer.price.withUnsafeMutableBufferPointer { price in
            answer.allocation.withUnsafeMutableBufferPointer { allocation in
                answer.shortfall.withUnsafeMutableBufferPointer { shortfall in
                    var solution = oasis_solution.sized
                    solution.price = price.baseAddress
                    solution.allocation = allocation.baseAddress
                    solution.shortfall = shortfall.baseAddress
                    edit(&problem, &solution)
                    if var options {
                        answer.status = oasis_solve(&problem, &options, &solution, &answer.error)
                    } else {
                        answer.status = oasis_solve(&problem, nil, &solution, &answer.error)
                    }
                    answer.certificate = solution.certificate
                }
            }
        }
        // Its pointers are in the problem, which says nothing of who owns them.
        withExtendedLifetime(memory) {}
        return answer
    }

    /// The columns as C takes them, in memory that lives as long as `memory`.
    private func problem(in memory: BorrowedMemory) -> oasis_problem {
        var problem = oasis_problem.sized
        problem.request_count = UInt64(slots.count)
        problem.candidate_count = UInt64(value.count)
        problem.attribute_count = 2
        problem.set_count = 1
        problem.set_member_count = UInt64(setCampaign.count)
        problem.row_count = UInt64(rowBound.count)
        problem.offsets = memory.copy(offsets)
        problem.slots = memory.copy(slots)
        problem.weight = memory.copy(weight)
        problem.cell = memory.copy(cell)
        problem.campaign = memory.copy(campaign)
        problem.value = memory.copy(value)
        problem.attributes = memory.copy([
            oasis_attribute(name: memory.text("delivery"), amount: nil),
            oasis_attribute(name: memory.text("listenerLoss"), amount: memory.copy(loss)),
        ])
        problem.set_offsets = memory.copy(setOffsets)
        problem.set_campaign = memory.copy(setCampaign)
        problem.row_attribute = memory.copy(rowAttribute)
        problem.row_scope_kind = memory.copy(rowScopeKind)
        problem.row_scope = memory.copy(rowScope)
        problem.row_sense = memory.copy(rowSense)
        problem.row_bound = memory.copy(rowBound)
        problem.row_share = memory.copy(rowShare)
        problem.row_penalty = memory.copy(rowPenalty)
        return problem
    }
}

/// The text in a fixed array of characters.
func text<Characters>(of characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

extension oasis_error {
    static var sized: oasis_error {
        var value = oasis_error()
        value.struct_size = UInt64(MemoryLayout<oasis_error>.size)
        return value
    }
}

extension oasis_problem {
    static var sized: oasis_problem {
        var value = oasis_problem()
        value.struct_size = UInt64(MemoryLayout<oasis_problem>.size)
        return value
    }
}

extension oasis_certificate {
    static var sized: oasis_certificate {
        var value = oasis_certificate()
        value.struct_size = UInt64(MemoryLayout<oasis_certificate>.size)
        return value
    }
}

extension oasis_solution {
    static var sized: oasis_solution {
        var value = oasis_solution()
        value.struct_size = UInt64(MemoryLayout<oasis_solution>.size)
        value.certificate = .sized
        return value
    }
}

extension oasis_solve_options {
    /// What `OASIS_SOLVE_OPTIONS` says; macros that make structs do not reach Swift.
    static var defaults: oasis_solve_options {
        var value = oasis_solve_options()
        value.struct_size = UInt64(MemoryLayout<oasis_solve_options>.size)
        value.target_gap = 1e-4
        value.sample_share = 0.1
        value.seed = 1
        value.threads = 1
        value.passes_maximum = 1_000
        return value
    }
}
