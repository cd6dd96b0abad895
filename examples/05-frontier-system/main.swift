import Charts
import Foundation
import Meshwright

// Training of 22B, 175B and 1T models on the MI250X machine of Dash et al., arXiv:2312.12705, predicted with
// the catalogue's machine: nothing in it was fitted to these runs.

let machine = try Catalogue.machine("mi250x-gcd")
let peak = machine.compute.peak.value

func layout(_ run: Published.Run, gpus: Int, batch: Int) -> TrainingLayout {
    TrainingLayout(
        tensor: run.tensor, pipeline: run.pipeline, data: gpus / (run.tensor * run.pipeline),
        sharding: Sharding(.optimizer), microbatch: 1, globalBatch: batch, recomputation: .full)
}

func prices(_ name: String) throws -> (model: Transformer, prices: TransformerStepModel) {
    let model = try Catalogue.model(name)
    return (model, TransformerStepModel(job: try Published.job(model), machine: machine))
}

func fixed(_ number: Double, _ digits: Int = 1) -> String { String(format: "%.\(digits)f", number) }

// MARK: Throughput

print("# Training on Frontier\n\n## Throughput\n")
print("| model | GPUs | TP | PP | batch | step s | TFLOP/s | % of peak | published % | off by |")
print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
for run in Published.runs {
    let (model, price) = try prices(run.model)
    let batch = run.replicaBatch * run.gpus / (run.tensor * run.pipeline)
    let step = price.step(layout(run, gpus: run.gpus, batch: batch)).total.value
    let rate = model.modelFlop(counting: .full).value * Double(batch) / step / Double(run.gpus)
    print(
        "| \(run.model) | \(run.gpus) | \(run.tensor) | \(run.pipeline) | \(batch) | \(fixed(step, 2)) "
            + "| \(fixed(rate / 1e12)) | \(fixed(100 * rate / peak, 2)) | \(fixed(100 * run.utilization, 2)) "
            + "| \(fixed(100 * (rate / peak / run.utilization - 1))) % |")
}

// MARK: Memory

print("\n## Memory of the fullest GPU, GB\n")
print("| model | " + MemoryFootprint.parts.map(\.name).joined(separator: " | ") + " | in all | of |")
print("| --- |" + String(repeating: " --- |", count: MemoryFootprint.parts.count + 2))
for run in Published.runs {
    let (_, price) = try prices(run.model)
    let batch = run.replicaBatch * run.gpus / (run.tensor * run.pipeline)
    let memory = price.memory(layout(run, gpus: run.gpus, batch: batch))
    let parts = MemoryFootprint.parts.map { fixed(memory[keyPath: $0.part].value / 1e9, 2) }
    print(
        "| \(run.model) | " + parts.joined(separator: " | ") + " | \(fixed(memory.total.value / 1e9)) "
            + "| \(fixed(machine.memory.usable.value / 1e9)) |")
}
print("\nWeights, gradients and optimizer states of a whole model, 18 bytes a parameter unsharded:\n")
for run in Published.runs {
    let parameters = try prices(run.model).model.parameters.total
    print(
        "- \(run.model): \(fixed(parameters * 18 / 1e12, 2)) TB for \(fixed(parameters / 1e9)) B parameters")
}

// MARK: Scaling

var weakLines: [Series] = []
var strongLines: [Series] = []
for (title, kind) in [("Weak", 0), ("Strong", 1)] {
    print("\n## \(title) scaling, relative to the smallest number of GPUs\n")
    print("| model | GPUs | batch | efficiency | published at the largest |")
    print("| --- | --- | --- | --- | --- |")
    for curve in Published.scaling {
        guard let run = Published.runs.first(where: { $0.model == curve.model }) else { continue }
        let (_, price) = try prices(curve.model)
        var first = 0.0
        var points: [DataPoint] = []
        for gpus in curve.gpus {
            let replicas = gpus / (run.tensor * run.pipeline)
            let batch = kind == 0 ? run.replicaBatch * replicas : curve.strongBatch
            let step = price.step(layout(run, gpus: gpus, batch: batch)).total.value
            let rate = Double(batch) / step / Double(gpus)
            if first == 0 { first = rate }
            let published = kind == 0 ? curve.weak : curve.strong
            let isLast = gpus == curve.gpus.last
            points.append(DataPoint(x: Double(gpus), y: rate / first))
            print(
                "| \(curve.model) | \(gpus) | \(batch) | \(fixed(100 * rate / first)) % "
                    + "| \(isLast ? fixed(100 * published) + " %" : "") |")
        }
        let line = Series(curve.model, points: points)
        if kind == 0 { weakLines.append(line) } else { strongLines.append(line) }
    }
}

// MARK: The tuned space

let model = try Catalogue.model("frontier-175b")
let space = try TunedSpace(machine: machine, model: model)
let fitting = space.points.filter { $0.throughput > 0 }
print("\n## The tuned space of the 175B model\n")
print(
    "\(space.points.count + space.illegal) points: \(space.illegal) illegal, "
        + "\(space.points.count - fitting.count) out of memory, \(fitting.count) fit.\n")
print("| rank | PP | TP | microbatch | accumulation | ZeRO-1 | nodes | TFLOP/s |")
print("| --- | --- | --- | --- | --- | --- | --- | --- |")
for (rank, point) in fitting.sorted(by: { $0.throughput > $1.throughput }).prefix(5).enumerated() {
    print(
        "| \(rank + 1) | " + point.values.map(String.init).joined(separator: " | ")
            + " | \(fixed(point.throughput)) |")
}
print("\n| decision | share of variance, failures as zero | share, fitting points alone |")
print("| --- | --- | --- |")
let alone = Dictionary(uniqueKeysWithValues: space.importance(fitting).map { ($0.name, $0.share) })
for (name, share) in space.importance(space.points) {
    print("| \(name) | \(fixed(100 * share)) % | \(fixed(100 * (alone[name] ?? 0))) % |")
}
print("\nPublished order: \(Published.importance.joined(separator: " > ")).")

// MARK: Our own space

var question = TransformerQuestion(
    job: try Published.job(model), machine: machine, given: .gpus(1024), globalBatch: 10240
)
question.limits.schedules = [.oneForwardOneBackward, .interleaved]
let answer = try TransformerPlanner(question).answer()
if let best = answer.best {
    let layout = best.layout
    print(
        "\n## Every layout of the 175B model on 1,024 GPUs, batch 10,240\n\n"
            + "Best of \(answer.certificate.account.spaceSize) layouts: TP \(layout.tensor), PP \(layout.pipeline), "
            + "DP \(layout.data), CP \(layout.context), \(layout.chunks) chunks, microbatch \(layout.microbatch), "
            + "ZeRO-\(layout.sharding.stage.rawValue), recompute \(layout.recomputation.name): "
            + "\(fixed(100 * answer.modelUtilization(best), 2)) % of peak, "
            + "\(answer.certificate.isOptimal ? "proved optimal" : "not proved").")
}

// MARK: Figures

if CommandLine.arguments.count > 1 {
    let folder = URL(fileURLWithPath: CommandLine.arguments[1])
    for (name, title, lines) in [
        ("frontier-weak", "Weak scaling on Frontier", weakLines),
        ("frontier-strong", "Strong scaling on Frontier", strongLines),
    ] {
        let chart = LineChart(
            Heading(title, subtitle: "predicted, relative to the smallest number of GPUs"),
            horizontal: Axis("GPUs", unit: "", scale: .log2),
            vertical: Axis("efficiency", unit: "", format: .percent),
            series: lines)
        try Data(chart.svg(on: Canvas(identifier: name, width: 720)).utf8)
            .write(to: folder.appendingPathComponent("\(name).svg"))
    }
}
