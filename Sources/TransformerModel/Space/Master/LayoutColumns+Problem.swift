import Optimization

extension LayoutColumns {
    /// The master: one pass, and one block of its group.
    ///
    ///     minimise  Σ seconds·y + Σ excess·w
    ///     Σ y = 1;  Σ w = Σ y in each group;  Σ w + Σ y ≤ 1 for blocks and the passes they exclude
    func problem() -> MasterProblem {
        let least = groups.flatMap(\.passes).map(\.seconds).min() ?? 1
        let unit = max(limit.isFinite ? limit : least, 1e-300)
        var model = MixedIntegerModel(name: "layouts")
        var chosen = LinearExpression()
        var cost = LinearExpression()
        var choices: [[Int: LinearExpression]] = [[:], [:], [:], [:]]
        for group in groups {
            let name = "\(group.microbatch)_\(group.inner)"
            let passes = group.passes.map { pass in
                let grid = pass.grid
                let variable = model.addBinary("pass_\(name)_\(grid.pipeline)_\(grid.data)")
                cost.terms.append(Term(variable, coefficient: pass.seconds / unit))
                choices[1][grid.option, default: LinearExpression()] += variable
                choices[2][pass.gpus, default: LinearExpression()] += variable
                return variable
            }
            var blocks: [Int: Variable] = [:]
            for column in group.blocks {
                let variable = model.addBinary("block_\(column.index)")
                let excess = group.excess(column) / unit
                if excess > 1e-9 { cost.terms.append(Term(variable, coefficient: excess)) }
                choices[0][column.index] = 1 * variable
                blocks[column.index] = variable
            }
            let sum = LinearExpression(sumOf: passes)
            chosen += sum
            model.addRow(
                "group_\(name)",
                LinearExpression(sumOf: group.blocks.compactMap { blocks[$0.index] }) - sum == 0)
            for (excluded, members) in group.conflicts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }
            ) {
                let rivals = members.compactMap { blocks[$0] } + excluded.map { passes[$0] }
                model.addRow("conflict_\(members[0])", LinearExpression(sumOf: rivals) <= 1)
            }
        }
        model.addRow("one_pass", chosen == 1)
        if let option = TransformerSpace.stageChoices.firstIndex(of: stages) { choices[3][option] = chosen }
        model.setObjective(.minimize, cost)
        var problem = MasterProblem(
            model: model, unit: unit, cutoff: limit.isFinite ? 1 + 5e-6 : nil, choices: choices)
        // Any layout helps while there is none.
        if !limit.isFinite { problem.relativeGap = 0.5 }
        return problem
    }
}
