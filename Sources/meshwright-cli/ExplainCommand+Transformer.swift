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
        try shaping.familyProblem()
        try inputs.reject(objective == nil ? [] : ["--objective"])
        var notes: [String] = []
        let law = try shaping.isFree && workload.batch == nil ? workload.law() : nil
        var asked = try inputs.question(quantities, law: law, &notes)
        if shaping.isFree {
            try shaping.free(&asked, quantities, inputs, &notes)
            return try runFreeShape(asked, notes: notes)
        }
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
            search: { try planner.answer(until: $0) })
    }
}
