import Foundation
import Training

/// Time of collectives over the levels of a network, in seconds.
///
/// Members lie in nested groups: `inside[ℓ]` of them in one domain of level ℓ, all of them in the last entry.
/// Bandwidths are one way per accelerator. Two algorithms are priced and the cheaper one is taken: one ring
/// over all members, whose slowest crossing bounds it, with every inner member's link used beside its own; and
/// one ring for each level, the outer ones over what the inner ones leave.
///
///     ring          (n−1)/n·B/min_ℓ(W_ℓ·inside_{ℓ−1}) + ε/2·B/W₀
///     hierarchical  Σ_ℓ (f_ℓ−1)/f_ℓ·B/inside_{ℓ−1}/W_ℓ + ε/2·B/W₀
///     both          + t₀ + Σ_{ℓ inner} min(f_ℓ−1, 7/3·log₂ f_ℓ)·λ_ℓ + Σ_{ℓ outer} log₂(f_ℓ)·λ_ℓ
///
/// for one pass (reduce-scatter or all-gather); an all-reduce is two. Source: Thakur et al. 2005,
/// doi:10.1177/1094342005051521; ε and t₀ measured (`StepConstants`). Contention is not modelled.
struct Collective: Sendable {
    let rates: MachineRates
    let constants: StepConstants

    /// Time of one pass over a buffer: reduce-scatter or all-gather.
    /// - Parameters:
    ///   - bytes: the whole buffer.
    ///   - spread: where the members lie.
    /// - Returns: seconds.
    func pass(bytes: Double, spread: CommunicatorSpread) -> Double {
        algorithms(bytes: bytes, spread: spread).seconds
    }

    /// Time of an all-reduce.
    func allReduce(bytes: Double, spread: CommunicatorSpread) -> Double {
        2 * pass(bytes: bytes, spread: spread)
    }

    /// Seconds that a message takes around one ring over all members, besides its bytes: a step for each neighbour, and a
    /// longer one where the neighbour is in another domain of the innermost network.
    ///
    /// NCCL gathers and scatters in rings, whose steps are as many as the members, unlike those of its trees for sums.
    func ringLatency(_ spread: CommunicatorSpread) -> Double {
        guard spread.members > 1 else { return 0 }
        var (steps, below, seconds) = (0.0, 1.0, 0.0)
        for level in spread.inside.indices {
            // Of a ring that visits domain after domain, all but one step for each domain stay inside.
            let domains = Double(spread.members) / max(below, Double(spread.inside[level]))
            let inside = Double(spread.members) - domains - steps
            seconds += max(0, inside) * rates.latencies[level]
            steps += max(0, inside)
            below = max(below, Double(spread.inside[level]))
        }
        return seconds
    }

    /// The cheaper algorithm of one pass, with its name.
    func algorithms(
        bytes: Double, spread: CommunicatorSpread
    ) -> (seconds: Double, algorithm: CollectiveAlgorithm) {
        let members = Double(spread.members)
        guard spread.members > 1 else { return (0, .none) }
        var slowest = Double.infinity
        var hierarchical = 0.0
        var latency = constants.collectiveStart
        var below = 1.0
        for level in spread.inside.indices {
            let here = Double(spread.inside[level])
            let factor = here / below
            if factor > 1 {
                slowest = min(slowest, rates.links[level] * below)
                hierarchical += (factor - 1) / factor * bytes / below / rates.links[level]
                let steps =
                    rates.kinds[level] == .inner ? min(factor - 1, 7 / 3 * log2(factor)) : log2(factor)
                latency += rates.latencies[level] * steps
            }
            below = max(below, here)
        }
        let local = constants.localCopies / 2 * bytes / rates.links[0]
        let ring = (members - 1) / members * bytes / slowest
        return ring <= hierarchical
            ? (ring + local + latency, .ring) : (hierarchical + local + latency, .hierarchical)
    }

    /// Time of sending tokens to their experts, or of getting them back.
    ///
    /// Where a token goes once to each domain that holds one of its experts, and is spread there, with n domains
    /// (n−1)(1 − (1 − 1/n)^k) copies cross on average if experts are equally likely; see ``TokenCopies``.
    /// - Parameters:
    ///   - tokens: tokens a rank sends.
    ///   - bytes: of one token.
    ///   - copies: of a token.
    ///   - spread: where the expert ranks lie.
    /// - Returns: seconds.
    func exchange(tokens: Double, bytes: Double, copies: TokenCopies, spread: CommunicatorSpread) -> Double {
        let members = Double(spread.members)
        guard spread.members > 1 else { return 0 }
        var slowest = copies.experts * (1 - 1 / members) / rates.links[0]
        for level in spread.inside.indices.dropFirst() {
            let domains = members / Double(spread.inside[level - 1])
            guard domains > 1 else { break }
            slowest = max(slowest, copies.crossing(domains: domains) / rates.links[level])
        }
        return tokens * bytes * slowest + exchangeLatency(spread)
    }

    /// Seconds of the doublings in which ranks exchange tokens, each on the level that it crosses.
    private func exchangeLatency(_ spread: CommunicatorSpread) -> Double {
        var (seconds, below) = (0.0, 1.0)
        for (level, inside) in spread.inside.enumerated() where Double(inside) > below {
            seconds += rates.exchangeLatencies[level] * log2(Double(inside) / below)
            below = Double(inside)
        }
        return seconds
    }

    /// Seconds by which a round of messages between all members takes longer than its bytes do, where a level that they
    /// cross is farther than those that were measured; what is not farther counts with the bytes.
    func roundExcess(_ spread: CommunicatorSpread) -> Double {
        var (longest, below) = (0.0, 1)
        for (level, inside) in spread.inside.enumerated() where inside > below {
            longest = max(longest, rates.excesses[level])
            below = inside
        }
        return longest
    }

    /// Bytes a second of the slowest level that a communicator crosses.
    func slowestLink(_ spread: CommunicatorSpread) -> Double {
        var slowest = rates.links[0]
        for level in 0...spread.outermostLevel { slowest = min(slowest, rates.links[level]) }
        return slowest
    }
}

/// The copies of a token that are sent to its experts.
struct TokenCopies {
    /// Experts that a token is sent to, k.
    let experts: Double
    /// Groups of experts, and those that a token is sent to at most.
    private let groups: Double
    private let groupsPerToken: Double
    private let isOnceADomain: Bool

    init(_ layers: ExpertLayers, isOnceADomain: Bool) {
        experts = Double(layers.topK)
        groups = Double(layers.groups)
        groupsPerToken = Double(layers.groupsPerToken)
        self.isOnceADomain = isOnceADomain
    }

    /// Copies that leave their domain on average, of n domains that hold as many experts each; a group of experts lies
    /// in as few domains as it can.
    func crossing(domains: Double) -> Double {
        let leaving = 1 - 1 / domains
        guard isOnceADomain else { return experts * leaving }
        guard groupsPerToken < groups else { return reached(experts, of: domains) * leaving }
        // Domains of the groups that may be chosen; where a domain holds several groups, those of the groups reached.
        let inGroups =
            domains >= groups
            ? reached(experts, of: groupsPerToken * domains / groups)
            : reached(reached(experts, of: groupsPerToken), of: domains)
        return min(inGroups, reached(experts, of: domains)) * leaving
    }

    /// Places that some draws reach on average, all equally likely.
    private func reached(_ draws: Double, of places: Double) -> Double {
        places * (1 - (1 - 1 / places).power(draws))
    }
}

/// How a collective is done.
public enum CollectiveAlgorithm: String, Hashable, Sendable, Codable {
    /// One member: nothing to do.
    case none
    /// One ring over all members.
    case ring
    /// A ring for each network level.
    case hierarchical
}
