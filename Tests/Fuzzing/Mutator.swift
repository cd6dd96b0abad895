import TestSupport

/// Makes new inputs of old ones; the same ones for a seed.
struct Mutator {
    private var generator: SplitMix64
    private let dictionary: [[UInt8]]
    /// Longest input made.
    private static let most = 1 << 16

    init(seed: UInt64, dictionary: [String]) {
        generator = SplitMix64(seed: seed)
        self.dictionary = dictionary.map { Array($0.utf8) }
    }

    /// One of some, each as likely; nil for none.
    mutating func one<Element>(of elements: [Element]) -> Element? {
        elements.randomElement(using: &generator)
    }

    /// Whether one case in so many has come.
    mutating func chance(oneIn count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    /// A number below a bound.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int.random(in: 0..<bound, using: &generator) : 0 }

    /// A seed with one to six changes.
    /// - Parameters:
    ///   - seed: what is changed.
    ///   - others: what pieces are taken from.
    /// - Returns: another input.
    mutating func mutated(_ seed: [UInt8], others: [[UInt8]]) -> [UInt8] {
        var bytes = seed
        for _ in 0...below(6) { change(&bytes, others: others) }
        return Array(bytes.prefix(Self.most))
    }

    private mutating func change(_ bytes: inout [UInt8], others: [[UInt8]]) {
        let place = below(bytes.count + 1)
        let rest = bytes.count - place
        switch below(10) {
        case 0: if rest > 0 { bytes[place] = UInt8(below(256)) }
        case 1: if rest > 0 { bytes[place] ^= 1 << UInt8(below(8)) }
        case 2: bytes.removeSubrange(place..<(place + below(min(rest, 40) + 1)))
        case 3: bytes.insert(UInt8(below(256)), at: place)
        case 4, 5: if let word = one(of: dictionary) { bytes.insert(contentsOf: word, at: place) }
        case 6: replaceNumber(&bytes, from: place)
        case 7:
            let piece = Array(bytes[place..<(place + below(min(rest, 200) + 1))])
            for _ in 0...below(chance(oneIn: 20) ? 200 : 3) { bytes.insert(contentsOf: piece, at: place) }
        case 8:
            guard let other = one(of: others), !other.isEmpty else { return }
            let start = below(other.count)
            bytes.insert(
                contentsOf: other[start..<(start + below(other.count - start) + 1)].prefix(400), at: place)
        default:
            let end = place + below(min(rest, 60) + 1)
            let target = below(bytes.count - (end - place) + 1)
            let piece = Array(bytes[place..<end])
            bytes.removeSubrange(place..<end)
            bytes.insert(contentsOf: piece, at: min(target, bytes.count))
        }
    }

    /// Puts a word of the dictionary in the place of the next number.
    private mutating func replaceNumber(_ bytes: inout [UInt8], from place: Int) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let start = bytes[place...].firstIndex(where: digits.contains), let word = one(of: dictionary)
        else {
            return
        }
        let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: word)
    }
}
