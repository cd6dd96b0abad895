import Foundation
import GLPKSolver
import Optimization
import Planning
import Quantities
import Reports
import TransformerModel

/// Why a shape with its layout, and what its neighbours would change.
extension ExplainCommand {
    /// Answers as plan does, then explains the layout of the shape that was chosen and the shape itself.
    func runFreeShape(_ question: TransformerQuestion, notes: [String]) throws {
        try OptionPresence.refuse(
            OptionPresence.names([("--against", against != nil), ("--measured", anchoring.measured != nil)]),
            "is not there yet with --shape free; leave one of them out")
        let planner = try checkingInput { try TransformerPlanner(question, solver: GLPKSolver()) }
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let kept = try store.open()
        let clock = SearchClock(limit: question.timeLimit)
        let progress = Progress("searching shapes and layouts")
        let answer = try progress.watching {
            // What is left of a limit is for the reasons.
            try StoreOptions.answer(question, from: kept) {
                try planner.answer(until: SearchClock(limit: clock.secondsLeft / 2))
            }
        }
        // The layout is that of a model with the chosen shape, about which everything can be asked.
        let chosen = answer.ofMember
        progress.update("asking about the shapes next to it")
        let shapes = ShapeComparison(
            answer, until: SearchClock(limit: clock.secondsLeft / 2), threads: threads)
        progress.update("asking again with other numbers")
        var request = try self.request(chosen.question, until: clock)
        request.plans = try checkingInput {
            try GivenLayouts(question: chosen.question, gpus: answer.gpusGiven).read(plan)
        }
        let explanation = try checkingInput {
            try Explanation(chosen, to: chosen.question, request: request)
        }
        progress.finish()
        let held =
            answer.best == nil
            ? [] : ["what is asked again with other numbers holds the shape and chooses its layout anew"]
        let report = TransformerReport(
            answer, version: MeshwrightCommand.version, notes: notes + held, named: shapes?.named)
        try show(ExplainReport(explanation, report: report, shapes: shapes), of: explanation)
    }
}
