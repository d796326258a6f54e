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
        withProblem { problem in
            answer.price.withUnsafeMutableBufferPointer { price in
                answer.allocation.withUnsafeMutableBufferPointer { allocation in
                    answer.shortfall.withUnsafeMutableBufferPointer { shortfall in
                        var solution = oasis_solution.sized
                        solution.price = price.baseAddress
                        solution.allocation = allocation.baseAddress
                        solution.shortfall = shortfall.baseAddress
                        var problem = problem
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
        }
        return answer
    }

    private func withProblem(_ body: (oasis_problem) -> Void) {
        "delivery".utf8CString.withUnsafeBufferPointer { delivery in
            "listenerLoss".utf8CString.withUnsafeBufferPointer { listenerLoss in
                loss.withUnsafeBufferPointer { loss in
                    let attributes = [
                        oasis_attribute(name: oasis_text(bytes: delivery.baseAddress, length: 8), amount: nil),
                        oasis_attribute(
                            name: oasis_text(bytes: listenerLoss.baseAddress, length: 12),
                            amount: loss.baseAddress
                        ),
                    ]
                    attributes.withUnsafeBufferPointer { attributes in
                        var problem = oasis_problem.sized
                        problem.attributes = attributes.baseAddress
                        problem.attribute_count = 2
                        withRequests(problem) { withRows($0, body) }
                    }
                }
            }
        }
    }

    private func withRequests(_ problem: oasis_problem, _ body: (oasis_problem) -> Void) {
        var problem = problem
        problem.request_count = UInt64(slots.count)
        problem.candidate_count = UInt64(value.count)
        offsets.withUnsafeBufferPointer { offsets in
            slots.withUnsafeBufferPointer { slots in
                weight.withUnsafeBufferPointer { weight in
                    cell.withUnsafeBufferPointer { cell in
                        campaign.withUnsafeBufferPointer { campaign in
                            value.withUnsafeBufferPointer { value in
                                problem.offsets = offsets.baseAddress
                                problem.slots = slots.baseAddress
                                problem.weight = weight.baseAddress
                                problem.cell = cell.baseAddress
                                problem.campaign = campaign.baseAddress
                                problem.value = value.baseAddress
                                body(problem)
                            }
                        }
                    }
                }
            }
        }
    }

    private func withRows(_ problem: oasis_problem, _ body: (oasis_problem) -> Void) {
        var problem = problem
        problem.set_count = 1
        problem.set_member_count = UInt64(setCampaign.count)
        problem.row_count = UInt64(rowBound.count)
        setOffsets.withUnsafeBufferPointer { setOffsets in
            setCampaign.withUnsafeBufferPointer { setCampaign in
                rowAttribute.withUnsafeBufferPointer { attribute in
                    rowScopeKind.withUnsafeBufferPointer { kind in
                        rowScope.withUnsafeBufferPointer { scope in
                            rowSense.withUnsafeBufferPointer { sense in
                                problem.set_offsets = setOffsets.baseAddress
                                problem.set_campaign = setCampaign.baseAddress
                                problem.row_attribute = attribute.baseAddress
                                problem.row_scope_kind = kind.baseAddress
                                problem.row_scope = scope.baseAddress
                                problem.row_sense = sense.baseAddress
                                withBounds(problem, body)
                            }
                        }
                    }
                }
            }
        }
    }

    private func withBounds(_ problem: oasis_problem, _ body: (oasis_problem) -> Void) {
        var problem = problem
        rowBound.withUnsafeBufferPointer { bound in
            rowShare.withUnsafeBufferPointer { share in
                rowPenalty.withUnsafeBufferPointer { penalty in
                    problem.row_bound = bound.baseAddress
                    problem.row_share = share.baseAddress
                    problem.row_penalty = penalty.baseAddress
                    body(problem)
                }
            }
        }
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
