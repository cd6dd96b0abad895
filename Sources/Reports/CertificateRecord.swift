import Optimization
import Quantities
import ScalingModel

extension Certificate {
    /// The certificate as JSON.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "engine": .text(engine), "optimal": .flag(isOptimal), "searches": .integer(searches),
            "space_size": .integer(account.spaceSize), "evaluated": .integer(account.evaluated),
            "expanded_nodes": .integer(account.expandedNodes), "open": .integer(account.open),
            "unneeded": .integer(account.unneeded),
            "unsettled": .integer(account.unsettled),
            "pruned": .object(account.pruned.mapValues { .integer($0) }),
            "gap": gap.map { .number($0) } ?? .null,
        ]
        if let reason = engines?.reason { members["engine_reason"] = .text(reason) }
        if let masters = engines?.mixedInteger {
            members["mip"] = .object([
                "masters": .integer(masters.masters), "nodes": .integer(masters.nodes),
                "cuts": .integer(masters.cuts), "combinations_priced": .integer(masters.combinations),
                "plans_priced": .integer(masters.leaves), "regions_skipped": .integer(masters.skippedRegions),
            ])
        }
        switch bound {
        case .leastSeconds(let value): members["lower_bound_seconds"] = .number(value)
        case .fewestGPUs(let value): members["lower_bound_gpus"] = .number(value)
        case .highestUtilization(let value): members["upper_bound_utilization"] = .number(value)
        case .largestFlop(let value): members["upper_bound_flop"] = .number(value)
        case .largestEffectiveFlop(let value): members["upper_bound_effective_flop"] = .number(value)
        case nil: break
        }
        if let shapes {
            members["shapes"] = .object([
                "grid": .integer(shapes.grid), "searched": .integer(shapes.searched),
                "discarded": .object(shapes.discarded.mapValues { .integer($0) }),
                "open": .integer(shapes.open),
            ])
        }
        return .object(members)
    }

    /// The certificate in two or three lines for people.
    public var text: String {
        guard self != .given else { return "none: what was given is priced, nothing is searched" }
        let pruned = account.pruned.values.reduce(0, +)
        var lines: [String] = []
        switch (isOptimal, gap) {
        case (true, _): lines.append("proved optimal by \(engine)")
        case (false, let gap?):
            lines.append("NOT proved optimal: gap \(Readable.significant(gap * 100)) %, \(engine)")
        case (false, nil): lines.append("no plan; searched by \(engine)")
        }
        lines.append(
            "\(Readable.count(account.spaceSize)) plans in the space: \(Readable.count(account.evaluated)) priced, "
                + "\(Readable.count(pruned)) discarded by proof"
                + (account.unneeded > 0
                    ? ", \(Readable.count(account.unneeded)) left by searches that ended with the first plan"
                    : "")
                + (account.open > 0 ? ", \(Readable.count(account.open)) not looked at" : ""))
        if account.unsettled > 0 {
            lines.append(
                "\(Readable.count(account.unsettled)) of them looked at and not settled: unequal stages that may be cut shorter"
            )
        }
        if let shapes {
            lines.append(
                "\(Readable.count(shapes.grid)) shapes: \(Readable.count(shapes.searched)) searched, "
                    + "\(Readable.count(shapes.discarded.values.reduce(0, +))) discarded by proof"
                    + (shapes.open > 0 ? ", \(Readable.count(shapes.open)) not looked at" : ""))
        }
        if let masters = engines?.mixedInteger {
            lines.append(
                "\(Readable.count(masters.masters)) masters, \(Readable.count(masters.nodes)) nodes, "
                    + "\(Readable.count(masters.cuts)) cuts, \(Readable.count(masters.combinations)) combinations "
                    + "of degrees priced")
        }
        return lines.joined(separator: "; ")
    }
}
