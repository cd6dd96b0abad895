import Files
import Training

/// The machines that the rows of tables name, each looked up once.
public struct MachineTable: Sendable {
    private struct Key: Hashable, Sendable {
        let name: String
        let group: String?
    }

    private let found: [Key: Result<Accelerator, ScenarioError>]
    private let usual: String?

    /// Looks up what some tables name.
    /// - Parameters:
    ///   - tables: whose column `gpu` names machines as tables, the catalogue (short names too) or a path do.
    ///   - entries: machines that take the place of those of the same name.
    ///   - usual: name of the machine of rows that name none; nil: such a row is an error.
    ///   - overrides: `key=value` texts for every machine that is looked up.
    public init(
        for tables: [StepTable], entries: [Accelerator] = [], usual: String? = nil, overrides: [String] = []
    ) {
        self.usual = usual
        var found: [Key: Result<Accelerator, ScenarioError>] = [:]
        for row in tables.flatMap(\.rows) {
            guard let name = row.text("gpu") ?? usual else { continue }
            let key = Key(name: name, group: row.text("group"))
            guard found[key] == nil else { continue }
            let known = PublishedClusters.machineName(name)
            let cluster = PublishedClusters.all.first { $0.group == key.group && $0.gpu == known }
            do {
                if let entry = entries.first(where: { $0.name == known || $0.name == name }) {
                    found[key] = .success(entry)
                } else {
                    let all = (cluster?.overrides ?? []) + overrides
                    found[key] = .success(try HardwareLookup.entry(known, overrides: all).machine)
                }
            } catch { found[key] = .failure(error) }
        }
        self.found = found
    }

    /// The machine of a row.
    /// - Throws: ``RowError`` where it names none, or none that is known.
    func machine(of row: StepRow) throws(RowError) -> Accelerator {
        guard let name = row.text("gpu") ?? usual else { throw RowError("gpu is missing") }
        switch found[Key(name: name, group: row.text("group"))] {
        case .success(let machine): return machine
        case .failure(let error): throw RowError("gpu: \(error)")
        case nil: throw RowError("gpu: '\(name)' was not looked up")
        }
    }
}
