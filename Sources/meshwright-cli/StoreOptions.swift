import ArgumentParser
import Optimization
import Output
import ScalingModel

/// Where answers are kept between runs.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "SQLite file of proved answers: a question that is in it is not searched again.")
    var store: String?

    func open() throws -> ResultStore? {
        guard let store else { return nil }
        return try checkingInput { try ResultStore(path: store, version: MeshwrightCommand.version) }
    }

    /// The kept answer, or the one that a search gives, which is then kept.
    static func answer<Question: KeptQuestion>(
        _ question: Question, from store: ResultStore?, search: () throws -> Question.Answer
    ) throws -> Question.Answer where Question.Answer.Question.Answer == Question.Answer {
        guard let store else { return try search() }
        if let kept = try checkingInput({ try store.answer(to: question) }) { return kept }
        let answer = try search()
        // An answer is worth more than its being kept.
        do { try store.keep(answer) } catch { StandardError.write("meshwright: warning: \(error)") }
        return answer
    }
}
