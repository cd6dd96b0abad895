import ArgumentParser
import Evidence
import TransformerModel

/// Steps of one's own that a question's machine and software are anchored to.
struct AnchorOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "CSV file of steps measured on your own cluster, one is enough, or -: plans of a transformer are priced as they show the machine and the software.",
            valueName: "file"))
    var measured: String?

    /// Throws if it is given without a transformer.
    func checkUnused() throws {
        guard measured == nil else { throw InputError("--measured needs --model and a transformer") }
    }

    /// The table; nil where none is given.
    func table() throws -> MeasuredTable? {
        try measured.map { file in try checkingInput { try MeasuredTable(file: file) } }
    }

    /// Anchors a question to a table.
    /// - Parameters:
    ///   - question: gets the machine and the software that the table shows.
    ///   - table: nil leaves the question as it is.
    /// - Returns: what was done; nil without a table.
    /// - Throws: `InputError` where no row can be used.
    static func anchor(_ question: inout TransformerQuestion, to table: MeasuredTable?) throws
        -> AnchorReport?
    {
        guard let table else { return nil }
        do { try question.validate() } catch { throw InputError("\(error)") }
        let asked = question
        let anchor = try checkingInput { try StepAnchor(table, for: asked) }
        question = anchor.applied(to: asked)
        return anchor.report
    }
}
