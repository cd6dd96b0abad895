import Evidence
import GLPKSolver
import Optimization
import Planning
import Reports
import ScalingModel
import TransformerModel

/// Why a transformer's layout, and why not another.
extension ExplainCommand {
    func runTransformer() throws {
        let inputs = TransformerInputs(
            hardware: hardware, workload: workload, transformer: transformer,
            search: search)
        try inputs.reject(objective == nil ? [] : ["--objective"])
        var notes: [String] = []
        var asked = try inputs.question(quantities, &notes)
        let anchor = try AnchorOptions.anchor(&asked, to: try anchoring.table())
        let question = asked
        if let against { return try compare(question, with: against) }
        let planner = try checkingInput { try TransformerPlanner(question, solver: GLPKSolver()) }
        try explain(
            question, notes: notes, anchor: anchor,
            plans: { answer in
                try checkingInput {
                    try GivenLayouts(question: question, gpus: answer.gpusGiven).read(plan)
                }
            },
            search: { try planner.checkedAnswer(until: $0) })
    }
}
