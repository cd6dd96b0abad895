// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "MeshwrightBenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "Meshwright", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "SearchBenchmarks",
            dependencies: [
                .product(name: "Meshwright", package: "Meshwright"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/SearchBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        .executableTarget(
            name: "TransformerBenchmarks",
            dependencies: [
                .product(name: "Meshwright", package: "Meshwright"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/TransformerBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
