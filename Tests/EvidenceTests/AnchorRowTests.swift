import Files
import Quantities
import TestSupport
import Testing
import Training
import TransformerModel

@testable import Evidence

/// Which rows an anchor takes, what it takes them for, and which it refuses.
@Suite struct AnchorRowTests {
    private static let asked = Result { try AnchorFixtures.question() }
    private static let plan = AnchorFixtures.plans[0]

    private static func inputs(_ row: String, _ question: TransformerQuestion) throws -> StepInputs {
        let setup = try AskedSetup(question)
        let steps = try AnchorFixtures.table([row + " step_seconds=1"]).steps
        let machines = MachineTable(for: [steps], entries: [setup.machine], usual: setup.machine.name)
        return try RowInference(machines: machines, setup: setup).inputs(steps.rows[0])
    }

    @Test("Rows without them have the question's model, machine, software, precision and kernels")
    func defaults() throws {
        var question = try Self.asked.get()
        question.job.precision = try TrainingPrecision(named: "fp8")
        question.job.kernels = StatedKernels(attention: .flash1)
        let inputs = try Self.inputs(AnchorFixtures.row(Self.plan), question)
        #expect(inputs.job == question.job)
        #expect(inputs.machine == question.machine)
        #expect(inputs.software.name == "megatron-core")
    }

    @Test(
        "A catalogue name stands for the whole shape, as does the shape written out",
        arguments: ["llama-3-8b", "llama-3.1-8b", "gpt-3-175b", "mixtral-8x7b", "deepseek-v3", "bloom"])
    func names(name: String) throws {
        let question = try Self.asked.get()
        let model = try ModelCatalogue.entry(name).model
        let row = "\(AnchorFixtures.row("tp=8 zero=1 recompute=full")) model=\(name)"
        #expect(try Self.inputs(row, question).job.model == model)
        let shape = StepRow(shapeOf: model)
        let written = (StepRow.shape + ["seq_len"]).compactMap { column in
            shape.text(column).map { "\(column)=\($0)" }
        }
        #expect(try Self.inputs("\(row) \(written.joined(separator: " "))", question).job.model == model)
        #expect(try Self.inputs("\(row) seq_len=1024", question).job.model.sequenceLength == 1024)
    }

    @Test("A row that states another shape under a known name is taken at its word, the rest from the name")
    func otherShape() throws {
        let question = try Self.asked.get()
        let model = try Self.inputs("\(AnchorFixtures.row(Self.plan)) layers=16", question).job.model
        #expect(model.layers == 16 && model.width == 4096 && model.vocabulary == 128_256)
        #expect(model.feedForward.width == 14_336 && model.attention.form.keyValueHeads == 8)
    }

    @Test(
        "A row on another machine or software teaches what it shares, and a row that shares nothing is refused"
    )
    func shares() throws {
        let question = try Self.asked.get()
        let slow = try AnchorFixtures.measured(Self.plan, question, times: 1.2)
        let own = try StepAnchor(AnchorFixtures.table([slow]), for: question)
        #expect(own.report.rows.map(\.share) == [.both] && own.report.hasModel)
        let larger = try StepAnchor(AnchorFixtures.table([slow + " model=llama-3-70b tp=8"]), for: question)
        #expect(larger.report.rows.map(\.model) == ["llama-3-70b"] && !larger.report.hasModel)
        let other = try StepAnchor(AnchorFixtures.table([slow + " gpu=b200"]), for: question)
        #expect(other.report.rows.map(\.share) == [.software])
        #expect(other.machine == question.machine)
        #expect(other.report.moves.allSatisfy { $0.scope == "megatron-core" })
        let foreign = try StepAnchor(AnchorFixtures.table([slow + " framework=torchtitan"]), for: question)
        #expect(foreign.report.rows.map(\.share) == [.machine])
        #expect(foreign.software.conduct == question.job.conduct)
        #expect(foreign.report.moves.allSatisfy { $0.scope == "h100-sxm-80gb" })
        let strange = slow + " gpu=b200 framework=torchtitan"
        let error = #expect(throws: ScenarioError.self) {
            try StepAnchor(AnchorFixtures.table([strange]), for: question)
        }
        #expect(error?.description.contains("row 1: it ran on b200 by torchtitan") == true)
        // Beside a row that can be used it is said and changes nothing.
        let both = try StepAnchor(AnchorFixtures.table([slow, strange]), for: question)
        #expect(both.report.unused.map(\.id) == ["row 2"])
        #expect(both.machine == own.machine && both.software == own.software)
    }

    @Test("Names of the question's machine and software in a row are the question's, whatever was set in it")
    func sameNames() throws {
        var question = try Self.asked.get()
        question.machine.memory.bandwidth = BytesPerSecond(1e12)
        question.job.conduct.headroom = 0.1
        let row = "\(AnchorFixtures.row(Self.plan)) gpu=h100 framework=nemo"
        let inputs = try Self.inputs(row, question)
        #expect(inputs.machine == question.machine)
        #expect(inputs.job.conduct == question.job.conduct)
    }

    @Test("A question about any software is anchored by what is usual on its machine")
    func anything() throws {
        let question = try AnchorFixtures.question(software: "any")
        let row = try AnchorFixtures.measured(Self.plan, question, times: 1.2)
        let anchor = try StepAnchor(AnchorFixtures.table([row + " framework=megatron-core"]), for: question)
        #expect(anchor.report.rows.map(\.share) == [.both])
        let anchored = anchor.applied(to: question)
        #expect(anchored.limits.software.isAnything && anchored.job.conduct != question.job.conduct)
    }

    @Test(
        "Software of one's own and machines without any have numbers too",
        arguments: ["gaudi3", "mi300x", "trn2"])
    func strangers(hardware: String) throws {
        var question = try AnchorFixtures.question(hardware: hardware, software: "any")
        var own = question.limits.software
        own.name = "our-trainer"
        question = try question.run(by: own)
        let row = try AnchorFixtures.measured("tp=1 zero=1 recompute=full", question, times: 1.2)
        let anchor = try StepAnchor(AnchorFixtures.table([row]), for: question)
        #expect(anchor.report.rows[0].after > anchor.report.rows[0].before)
        #expect(anchor.software.conduct != question.job.conduct)
    }

    @Test(
        "A table that cannot be used is refused in one line that says why",
        arguments: [
            ("", "is empty"), ("gpus,global_batch,step_seconds\n", "has no row"),
            ("gpus,global_batch\n64,128\n", "has no column 'step_seconds'"),
            ("global_batch,step_seconds\n128,2\n", "has no column 'gpus'"),
            ("gpus,step_seconds\n64,2\n", "has no column 'global_batch'"),
            ("gpus,global_batch,step_secnds\n64,128,2\n", "step_seconds"),
            ("gpus,global_batch,step_seconds\n64,128\n", "row 1 has 2 cells, the header 3"),
            ("gpus,global_batch,step_seconds\n64,128,0\n", "row 1: step_seconds is '0'"),
            ("gpus,global_batch,step_seconds\n64,128,-3\n", "row 1: step_seconds is '-3'"),
            ("gpus,global_batch,step_seconds\n64,128,nan\n", "row 1: step_seconds is 'nan'"),
            ("gpus,global_batch,step_seconds\n64,128,inf\n", "row 1: step_seconds is 'inf'"),
            ("gpus,global_batch,step_seconds\n64,128,1e999\n", "row 1: step_seconds is '1e999'"),
            ("gpus,global_batch,step_seconds\n64,128,fast\n", "row 1: step_seconds is 'fast'"),
            ("gpus,global_batch,step_seconds\n64,,2\n", "row 1: global_batch is missing"),
            ("gpus,global_batch,step_seconds\n0,128,2\n", "row 1: gpus is '0'"),
            ("gpus,global_batch,step_seconds,tp\n64,128,2,3\n", "row 1: gpus is 64, not a multiple"),
            ("gpus,global_batch,step_seconds,model\n64,128,2,foo\n", "row 1: model is 'foo'"),
            ("gpus,global_batch,step_seconds,gpu\n64,128,2,h101\n", "row 1: gpu: "),
            ("gpus,global_batch,step_seconds,framework\n64,128,2,foo\n", "row 1: framework is 'foo'"),
            ("gpus,global_batch,step_seconds\n64,128,0\n64,128,-1\n", "(and 1 more row)"),
            ("gpus,global_batch,step_seconds,notes\n64,128,2,an outlier\n", "outlier"),
        ])
    func refused(text: String, reason: String) throws {
        let question = try Self.asked.get()
        let error = #expect(throws: ScenarioError.self) {
            try StepAnchor(MeasuredTable(text: text, place: "steps.csv"), for: question)
        }
        let message = error?.description ?? ""
        #expect(message.contains(reason) && !message.contains("\n"), "\(message)")
        #expect(message.hasPrefix("steps.csv"), "\(message)")
    }

    @Test("A row that cannot be used beside one that can is named with its reason")
    func partly() throws {
        let question = try Self.asked.get()
        let good = try AnchorFixtures.measured(Self.plan, question, times: 1.1)
        let rows = [good + " id=good", AnchorFixtures.row(Self.plan) + " id=bad step_seconds=-1"]
        let report = try StepAnchor(AnchorFixtures.table(rows), for: question).report
        #expect(report.rows.map(\.ids) == [["good"]])
        #expect(report.unused.map(\.id) == ["bad"])
        #expect(report.unused[0].reason.contains("step_seconds is '-1'"))
    }

    @Test("Too many rows are refused")
    func tooMany() throws {
        let row = AnchorFixtures.row(Self.plan) + " step_seconds=2"
        let error = #expect(throws: ScenarioError.self) {
            try AnchorFixtures.table([String](repeating: row, count: MeasuredTable.mostRows + 1))
        }
        #expect(error?.description.contains("calibrate") == true)
    }
}
