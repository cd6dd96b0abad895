import Foundation
import Optimization
import Planning
import Quantities
import Reports

/// A file of finished cells, one a line, that grows while a sweep runs.
///
/// Each line is sixteen hexadecimal digits of a digest, a space, and JSON. A line is written by one call as
/// soon as its cell is finished; a program that is killed leaves at most one torn line at the end, which its
/// digest or its missing line break gives away. Such a line is cut off when the journal is opened again.
public final class CellJournal {
    /// Name of the file in its folder.
    public static let fileName = "cells.journal"

    private let file: FileHandle
    private let encoder: JSONEncoder

    private init(file: FileHandle) {
        self.file = file
        encoder = Self.lineEncoder
    }

    deinit { try? file.close() }

    private static var lineEncoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// What a journal held.
    struct Contents {
        /// Its header; nil for a journal that was killed before its first line was whole.
        var header: JournalHeader?
        var entries: [Data] = []
        /// Whole lines that could not be read.
        var damagedLines = 0
        /// Bytes up to the end of the last whole line.
        var end = 0
    }

    /// How a folder that already has a journal is treated.
    public enum Mode: Hashable, Sendable {
        /// It is refused.
        case fresh
        /// Its cells are kept and the others added.
        case resume
    }

    /// Opens the journal of a folder for one program at a time, making both where they are missing.
    /// - Parameters:
    ///   - folder: where it lies.
    ///   - header: what is asked now.
    ///   - mode: what to do if there is one.
    /// - Returns: the journal, ready for more lines, and what it held.
    /// - Throws: ``OutputError`` when the folder cannot be used.
    static func open(
        folder: URL, header: JournalHeader, mode: Mode
    ) throws(OutputError) -> (journal: CellJournal, contents: Contents) {
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw OutputError("--output \(folder.relativePath): the folder cannot be made")
        }
        let url = folder.appendingPathComponent(fileName)
        let place = url.relativePath
        let isThere = FileManager.default.fileExists(atPath: url.path)
        if isThere, mode == .fresh {
            throw OutputError(
                "\(place) is there already; add --resume to go on with it, or choose another --output")
        }
        let descriptor = Foundation.open(url.path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw OutputError("\(place) cannot be written: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw OutputError("\(place) is in use by another run; wait for it, or choose another --output")
        }
        let contents = try read(folder: folder)
        if let known = contents.header {
            try known.checkSameQuestion(as: header, place: place)
            guard known.shard == header.shard else {
                throw OutputError(
                    "\(place) holds shard \(Shown.line(known.shard)), not \(header.shard); use another folder"
                )
            }
        }
        let journal = CellJournal(file: file)
        do {
            try file.truncate(atOffset: UInt64(contents.end))
            try file.seekToEnd()
        } catch { throw OutputError("\(place) cannot be written: \(error.localizedDescription)") }
        if contents.header == nil { try journal.append(header) }
        return (journal, contents)
    }

    /// Adds a finished cell; it is with the operating system when this returns.
    /// - Parameters:
    ///   - point: the cell's answer.
    ///   - question: of the sweep.
    /// - Throws: ``OutputError`` when the line cannot be written, for instance on a full disk.
    public func append<Question: SweepQuestion>(
        _ point: SweepPoint<Question>, of question: Question
    ) throws(OutputError) {
        try append(JournalEntry(point, of: question))
    }

    func append(_ value: some Encodable) throws(OutputError) {
        do {
            let json = String(decoding: try encoder.encode(value), as: UTF8.self)
            try file.write(contentsOf: Data("\(Self.checksum(json)) \(json)\n".utf8))
        } catch {
            throw OutputError("the journal cannot be written: \(error.localizedDescription)")
        }
    }

    /// Asks the operating system to bring everything onto the disk.
    /// - Throws: ``OutputError`` when it cannot.
    func synchronize() throws(OutputError) {
        do { try file.synchronize() } catch {
            throw OutputError("the journal cannot be written: \(error.localizedDescription)")
        }
    }

    /// Reads the journal of a folder.
    static func read(folder: URL) throws(OutputError) -> Contents {
        let url = folder.appendingPathComponent(fileName)
        guard let data = try? Data(contentsOf: url) else {
            throw OutputError(
                "\(url.relativePath) cannot be read; is \(folder.relativePath) an --output folder?")
        }
        let decoder = JSONDecoder()
        var contents = Contents()
        var start = data.startIndex
        while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: data[start..<end], as: UTF8.self)
            start = data.index(after: end)
            contents.end = start - data.startIndex
            guard let json = Self.payload(line) else {
                contents.damagedLines += 1
                continue
            }
            let bytes = Data(json.utf8)
            if contents.header == nil {
                guard let header = try? decoder.decode(JournalHeader.self, from: bytes) else {
                    throw OutputError(
                        "\(url.relativePath) does not begin as a journal does; use another folder")
                }
                contents.header = header
            } else {
                contents.entries.append(bytes)
            }
        }
        if contents.header == nil, contents.damagedLines > 0 {
            throw OutputError("\(url.relativePath) is damaged in its first line; use another folder")
        }
        return contents
    }

    private static func payload(_ line: String) -> String? {
        guard let space = line.firstIndex(of: " ") else { return nil }
        let json = String(line[line.index(after: space)...])
        return checksum(json) == line[..<space] ? json : nil
    }

    private static func checksum(_ text: String) -> String { String(Digest.of(text).suffix(16)) }
}
