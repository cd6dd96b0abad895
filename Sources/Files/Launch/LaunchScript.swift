import Training

/// A script that starts a run.
public struct LaunchScript: Hashable, Sendable {
    /// Its name beside the configuration.
    public var fileName: String
    /// Its text with a final newline.
    public var text: String

    /// The names of all scripts.
    public static let names = ["run.sh", "submit.sbatch"]

    /// What starts a configuration: one script for every node, and one for Slurm that starts it on all of them.
    ///
    /// The first is for `torchrun` (PyTorch, "torchrun (Elastic Launch)"), the second for `sbatch` (Slurm, `sbatch(1)`).
    static func scripts(of configuration: LaunchConfiguration, for request: LaunchRequest) -> [LaunchScript] {
        let nodes = LaunchNodes(request)
        let run = LaunchScript(
            fileName: "run.sh", text: run(configuration, request: request, nodes: nodes))
        // Slurm knows no TPUs; what makes a slice starts the first script on each of its hosts.
        let isSlurm = configuration.framework != .maxText || !MaxTextAxes.isTPU(request)
        return [run]
            + (isSlurm ? [LaunchScript(fileName: "submit.sbatch", text: submit(request, nodes: nodes))] : [])
    }

    private static func run(
        _ configuration: LaunchConfiguration, request: LaunchRequest, nodes: LaunchNodes
    ) -> String {
        if configuration.framework == .maxText {
            return maxText(configuration, request: request, nodes: nodes)
        }
        let environment = LaunchEnvironment.lines(request, for: configuration.framework)
        let head = """
            #!/usr/bin/env bash
            # \(ShellText.name(request.model.name)) with \(configuration.framework.title): \(nodes.count) x \(nodes.ranks) ranks.
            # On each node: NODE_RANK=0 MASTER_ADDR=host bash run.sh, with the arguments that no plan decides.
            set -euo pipefail

            """
        let start = """
            exec torchrun --nnodes=\(nodes.count) --nproc-per-node=\(nodes.ranks) \\
              --node-rank="${NODE_RANK:-0}" --master-addr="${MASTER_ADDR:-localhost}" \\
              --master-port="${MASTER_PORT:-29500}" \\

            """
        return head + environment.map { $0 + "\n" }.joined() + start + entry(configuration, request)
    }

    /// One process on each node; a TPU tells it of the others, a GPU is told by the environment.
    ///
    /// Source: maxtext 0.2.5, `maxtext/utils/max_utils.py` (`initialize_jax_for_gpu`).
    private static func maxText(
        _ configuration: LaunchConfiguration, request: LaunchRequest, nodes: LaunchNodes
    ) -> String {
        let isTPU = MaxTextAxes.isTPU(request)
        let slice = MaxTextAxes.slice(request)
        let ranks =
            isTPU
            ? "slices: \(request.layout.gpus / slice) x \(slice) chips"
            : "\(nodes.count) x \(nodes.ranks) ranks"
        let variables =
            isTPU
            ? ""
            : """
            export NNODES=\(nodes.count) NODE_RANK="${NODE_RANK:-0}"
            export JAX_COORDINATOR_IP="${MASTER_ADDR:-localhost}" JAX_COORDINATOR_PORT="${MASTER_PORT:-29500}"

            """
        let places =
            isTPU
            ? "On each host of the slices: bash run.sh"
            : "On each node: NODE_RANK=0 MASTER_ADDR=host bash run.sh"
        return """
            #!/usr/bin/env bash
            # \(ShellText.name(request.model.name)) with \(configuration.framework.title): \(ranks).
            # \(places), with run_name=... and what else no plan decides.
            set -euo pipefail
            \(variables)exec python3 -m maxtext.trainers.pre_train.train \(configuration.fileName) "$@"

            """
    }

    /// What `torchrun` is given: the framework's program and what tells it the configuration.
    private static func entry(_ configuration: LaunchConfiguration, _ request: LaunchRequest) -> String {
        let indented = configuration.text.split(separator: "\n").map { "  \($0)\n" }.joined()
        switch configuration.framework {
        case .megatronLM:
            let isHybrid = MegatronMixers.way(request.model) == .oneParts
            return "  \"${ENTRY:-pretrain_\(isHybrid ? "hybrid" : "gpt").py}\" \"$@\" \\\n" + indented
        case .torchtitan: return "  -m torchtitan.train \"$@\" \\\n" + indented
        case .deepSpeed:
            let arguments = DeepSpeedTrainer.arguments(request).map { argument in
                "  " + ([argument.flag] + argument.values.map(ShellText.quoted)).joined(separator: " ")
                    + " \\\n"
            }
            return "  \"${ENTRY:-pretrain_gpt.py}\" \"$@\" \\\n" + arguments.joined()
                + "  --deepspeed --deepspeed_config \(configuration.fileName)\n"
        case .megatronBridge:
            return "  \"${ENTRY:-run_recipe.py}\" \"$@\" \\\n  --config-file \(configuration.fileName)\n"
        case .maxText: return ""
        }
    }

    private static func submit(_ request: LaunchRequest, nodes: LaunchNodes) -> String {
        """
        #!/usr/bin/env bash
        #SBATCH --job-name=\(ShellText.name(request.model.name))
        #SBATCH --nodes=\(nodes.count)
        #SBATCH --ntasks-per-node=1
        #SBATCH --gpus-per-node=\(nodes.ranks)
        #SBATCH --exclusive
        set -euo pipefail
        cd "$SLURM_SUBMIT_DIR"
        MASTER_ADDR="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"
        export MASTER_ADDR
        srun --kill-on-bad-exit=1 bash -c 'NODE_RANK="$SLURM_NODEID" exec bash run.sh "$@"' run.sh "$@"

        """
    }
}

/// Nodes of a run and ranks on each.
struct LaunchNodes: Hashable, Sendable {
    let count: Int
    let ranks: Int

    /// As many ranks on each node as it holds, or the most below that divide them all.
    init(_ request: LaunchRequest) {
        let gpus = max(1, request.layout.gpus)
        let most = min(gpus, request.ranksPerNode)
        ranks = (1...most).last { gpus.isMultiple(of: $0) } ?? 1
        count = gpus / ranks
    }
}

/// What a process of a run must find in its environment.
enum LaunchEnvironment {
    /// Lines of a shell script.
    ///
    /// `validate_args` of megatron-core 0.19.2: tensor and context ranks need one queue to the device up to Hopper,
    /// Megatron-FSDP needs several, and the exchange of tokens beside other work wants several.
    static func lines(_ request: LaunchRequest, for framework: LaunchFramework) -> [String] {
        switch framework {
        case .torchtitan, .deepSpeed, .maxText: return []
        case .megatronLM, .megatronBridge: break
        }
        let variable = "CUDA_DEVICE_MAX_CONNECTIONS"
        if MegatronConduct.isFullySharded(request.layout) { return ["unset \(variable)"] }
        if needsOneQueue(request) { return ["export \(variable)=1"] }
        return MegatronConduct.exchangesBeside(request) ? ["export \(variable)=32"] : []
    }

    /// What wants one queue and several at once.
    static func conflicts(_ request: LaunchRequest) -> [String] {
        guard needsOneQueue(request) else { return [] }
        if MegatronConduct.isFullySharded(request.layout) {
            return [
                "Tensor and context ranks want CUDA_DEVICE_MAX_CONNECTIONS=1 before Blackwell, its FSDP wants it "
                    + "unset; it is unset, and their traffic may be hidden less than priced."
            ]
        }
        guard MegatronConduct.exchangesBeside(request) else { return [] }
        return [
            "Tensor and context ranks want CUDA_DEVICE_MAX_CONNECTIONS=1 before Blackwell, tokens exchanged beside "
                + "other work want 32; it is 1, and the exchange may be hidden less than priced."
        ]
    }

    private static func needsOneQueue(_ request: LaunchRequest) -> Bool {
        (request.layout.tensor > 1 || request.layout.context > 1) && request.architecture != .blackwell
    }
}
