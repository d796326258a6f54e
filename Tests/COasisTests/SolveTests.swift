import COasis
import COasisHeader
import OasisAllocation
import Testing

@Suite("Solving through C")
struct SolveTests {
    @Test("The answer is the solver's, bit for bit, with every row that gave way")
    func sameBits() throws {
        let market = SmallMarket()
        let answer = market.solve()
        let expected = try AllocationSolver.solve(try market.problem())
        #expect(answer.status == OASIS_OK)
        #expect(answer.price.map(\.bitPattern) == expected.prices.map(\.bitPattern))
        #expect(answer.allocation.map(\.bitPattern) == expected.allocation.map(\.bitPattern))
        #expect(answer.certificate.status == OASIS_OPTIMAL)
        #expect(answer.certificate.dual_bound == expected.certificate.dualBound)
        #expect(answer.certificate.feasible_value == expected.certificate.feasibleValue)
        var shortfall = [Double](repeating: 0, count: 4)
        for row in expected.shortfalls { shortfall[row.row] = row.amount }
        #expect(answer.shortfall == shortfall)
        #expect(shortfall[1] > 0, "the promise of 3 units in a market with 2 must give way")
    }

    @Test("Counts of campaigns and cells that are left out are found, also when only a row names the largest")
    func countsFound() throws {
        let market = SmallMarket()
        market.rowScope[1] = 7
        let answer = market.solve { problem, _ in (problem.campaign_count, problem.cell_count) = (0, 0) }
        #expect(answer.status == OASIS_OK)
        #expect(answer.shortfall[1] == 3, "campaign 7 has no candidate at all")
        let refused = market.solve { problem, _ in problem.campaign_count = 3 }
        #expect(refused.status == OASIS_REFUSED)
        #expect(refused.field == "row_scope" && refused.error.index == 1)
    }

    @Test("Input that breaks a rule is refused with field, element and rule, and nothing is written")
    func refused() {
        let market = SmallMarket()
        market.value[4] = .nan
        let answer = market.solve()
        #expect(answer.status == OASIS_REFUSED)
        #expect(answer.field == "value" && answer.error.index == 4)
        #expect(answer.rule == "must be finite, but is nan")
        #expect(answer.price.allSatisfy { $0 == -1 } && answer.allocation.allSatisfy { $0 == -1 })
    }

    @Test("A hard promise, an unknown scope and a wrong sense are refused by name")
    func rows() {
        func refusal(_ edit: (SmallMarket) -> Void) -> [String] {
            let market = SmallMarket()
            edit(market)
            let answer = market.solve()
            return ["\(answer.status)", answer.field, "\(answer.error.index)"]
        }
        #expect(refusal { $0.rowPenalty[1] = .infinity } == ["2", "row_penalty", "1"])
        #expect(refusal { $0.rowScopeKind[2] = 4 } == ["2", "row_scope_kind", "2"])
        #expect(refusal { $0.rowSense[3] = 0 } == ["2", "row_sense", "3"])
        #expect(refusal { $0.rowAttribute[0] = 2 } == ["2", "row_attribute", "0"])
        #expect(refusal { $0.setCampaign[1] = 1 } == ["2", "set_campaign", "1"])
        #expect(refusal { $0.offsets[1] = 6 } == ["2", "offsets", "2"])
    }

    @Test("NULL, a wrong size and a crooked address are statuses, not crashes")
    func arguments() {
        let market = SmallMarket()
        typealias Edit = (inout oasis_problem, inout oasis_solution) -> Void
        let edits: [(String, Edit)] = [
            ("offsets", { problem, _ in problem.offsets = nil }), ("slots", { problem, _ in problem.slots = nil }),
            ("campaign", { problem, _ in problem.campaign = nil }), ("value", { problem, _ in problem.value = nil }),
            ("row_bound", { problem, _ in problem.row_bound = nil }),
            ("row_sense", { problem, _ in problem.row_sense = nil }),
            ("set_offsets", { problem, _ in problem.set_offsets = nil }),
            ("set_campaign", { problem, _ in problem.set_campaign = nil }),
            ("attributes", { problem, _ in problem.attributes = nil }),
            ("solution.price", { _, solution in solution.price = nil }),
            ("solution.allocation", { _, solution in solution.allocation = nil }),
            ("problem.struct_size", { problem, _ in problem.struct_size -= 8 }),
            ("problem.struct_size", { problem, _ in problem.struct_size = .max }),
            ("solution.struct_size", { _, solution in solution.struct_size = 0 }),
            ("solution.certificate.struct_size", { _, solution in solution.certificate.struct_size = 8 }),
            ("request_count", { problem, _ in problem.request_count = .max }),
            ("solution.allocation", { problem, _ in problem.candidate_count = .max }),
            ("weight", { problem, _ in problem.weight = UnsafePointer(bitPattern: 0x1001) }),
        ]
        for (field, edit) in edits {
            let answer = market.solve(edit)
            #expect(answer.status == OASIS_BAD_ARGUMENT, "\(field)")
            #expect(answer.field == field)
            #expect(answer.rule.hasPrefix("must") || answer.rule.hasPrefix("cannot"), "\(answer.rule)")
        }
        #expect(oasis_solve(nil, nil, nil, nil) == OASIS_BAD_ARGUMENT)
    }

    @Test("Rows left out need no columns, and a caller without an error struct only gets the status")
    func absent() {
        let market = SmallMarket()
        let free = market.solve { problem, solution in
            problem.row_count = 0
            (problem.row_bound, problem.row_sense, problem.row_scope, problem.row_scope_kind) = (nil, nil, nil, nil)
            (problem.row_attribute, problem.row_share, problem.row_penalty) = (nil, nil, nil)
            (solution.price, solution.shortfall) = (nil, nil)
        }
        #expect(free.status == OASIS_OK)
        // Without rows the best candidates win: 3, then 5 twice, then 2 and 1.5.
        #expect(abs(free.certificate.feasible_value - 16.5) < 1e-3)
        #expect(free.price.allSatisfy { $0 == -1 })
    }

    @Test("A struct from a newer caller is taken while what we do not know in it is zero")
    func newerCaller() {
        struct Newer {
            var options: oasis_solve_options
            var added: UInt64
        }
        func status(added: UInt64) -> oasis_status {
            var newer = Newer(options: .defaults, added: added)
            newer.options.struct_size = UInt64(MemoryLayout<Newer>.size)
            return withUnsafePointer(to: &newer) { newer in
                newer.withMemoryRebound(to: oasis_solve_options.self, capacity: 1) { options in
                    // Through a copy, only the part that is known would be handed on.
                    SmallMarket().solve(pointer: options)
                }
            }
        }
        #expect(status(added: 0) == OASIS_OK)
        #expect(status(added: 1) == OASIS_BAD_ARGUMENT)
    }

    @Test("Options out of range are refused by name")
    func options() {
        typealias Edit = (inout oasis_solve_options) -> Void
        let edits: [(String, Edit)] = [
            ("options.target_gap", { $0.target_gap = 0 }), ("options.target_gap", { $0.target_gap = .nan }),
            ("options.sample_share", { $0.sample_share = 1.5 }), ("options.threads", { $0.threads = 0 }),
            ("options.threads", { $0.threads = 257 }), ("options.is_integral", { $0.is_integral = 2 }),
            ("options.passes_maximum", { $0.passes_maximum = 0 }),
            ("options.time_limit_seconds", { $0.time_limit_seconds = -1 }),
            ("options.time_limit_seconds", { $0.time_limit_seconds = .infinity }),
        ]
        for (field, edit) in edits {
            var options = oasis_solve_options.defaults
            edit(&options)
            let answer = SmallMarket().solve(options: options)
            #expect(answer.status == OASIS_REFUSED && answer.field == field, "\(field): \(answer.field)")
        }
    }

    @Test("Progress is told after each pass, and can end the solve with a proven answer")
    func progress() {
        final class Told { var passes: [Double] = [] }
        let told = Told()
        var options = oasis_solve_options.defaults
        options.context = Unmanaged.passUnretained(told).toOpaque()
        options.progress = { progress, context in
            guard let progress, let context else { return 1 }
            let told = Unmanaged<Told>.fromOpaque(context).takeUnretainedValue()
            told.passes.append(progress.pointee.passes)
            return 1
        }
        let answer = SmallMarket().solve(options: options)
        #expect(answer.status == OASIS_OK)
        #expect(told.passes.count == 1)
        #expect([OASIS_INTERRUPTED, OASIS_OPTIMAL].contains(Int(answer.certificate.status)))
        #expect(answer.certificate.feasible_value <= answer.certificate.dual_bound)
    }

    @Test("An attribute's name is UTF-8 of at most 64 bytes", arguments: [33 * 2, 3, 0])
    func attributeNames(length: UInt64) {
        let market = SmallMarket()
        // Three bytes end in the middle of a character.
        var bytes = Array(String(repeating: "ü", count: 33).utf8CString)
        let answer = bytes.withUnsafeMutableBufferPointer { bytes in
            var attribute = oasis_attribute(
                name: oasis_text(bytes: UnsafePointer(bytes.baseAddress), length: length),
                amount: nil
            )
            return withUnsafePointer(to: &attribute) { attribute in
                market.solve { problem, _ in (problem.attributes, problem.attribute_count) = (attribute, 1) }
            }
        }
        #expect(answer.status == OASIS_REFUSED && answer.field == "attributes" && answer.error.index == 0)
    }

    @Test("The library offers the version that the header promises")
    func version() {
        #expect(oasis_abi_version() == UInt32(OASIS_ABI_VERSION))
    }
}

extension SmallMarket {
    fileprivate func solve(pointer options: UnsafePointer<oasis_solve_options>) -> oasis_status {
        var status: oasis_status = -1
        _ = solve { problem, solution in
            var error = oasis_error.sized
            status = oasis_solve(&problem, options, &solution, &error)
        }
        return status
    }
}
