import Files
import Foundation
import Testing
import Training

@Suite struct ModelCatalogueTests {
    @Test("Every model file is listed, named after its entry, and valid")
    func complete() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Files/Models").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()
        #expect(files == ModelCatalogue.names)
        for name in ModelCatalogue.names {
            #expect(try ModelCatalogue.entry(name).model.name == name)
        }
    }

    @Test("Parameters come within 1.5 % of the published totals", arguments: ModelCatalogue.names)
    func totals(name: String) throws {
        let entry = try ModelCatalogue.entry(name)
        if let published = entry.published.parameters {
            let computed = entry.model.mainParameters.total
            #expect(abs(computed / published - 1) < 0.015, "\(computed) against \(published)")
        }
        if let active = entry.published.activeParameters {
            let computed = entry.model.activeParameters.total
            #expect(abs(computed / active - 1) < 0.03, "\(computed) against \(active)")
        }
    }

    @Test(
        "Totals that are published to the last parameter are met exactly",
        arguments: [
            ("llama-2-7b", 6_738_415_616), ("llama-2-13b", 13_015_864_320), ("llama-2-70b", 68_976_648_192),
            ("llama-3-8b", 8_030_261_248), ("llama-3-70b", 70_553_706_496),
            ("llama-3-405b", 405_853_388_800), ("bloom-176b", 176_247_271_424),
        ] as [(String, Double)])
    func exact(name: String, parameters: Double) throws {
        #expect(try ModelCatalogue.entry(name).model.parameters.total == parameters)
    }

    @Test("Every value of every entry has exactly one source", arguments: ModelCatalogue.names)
    func sources(name: String) throws {
        let entry = try ModelCatalogue.entry(name)
        var keys = entry.fields.map(\.key).filter { $0 != "attention.mask" }
        if entry.published.parameters != nil { keys.append("published.parameters") }
        if entry.published.activeParameters != nil { keys.append("published.active_parameters") }
        #expect(entry.sources.flatMap(\.keys).sorted() == keys.sorted())
    }

    @Test("An entry written as a file reads back as the same model", arguments: ModelCatalogue.names)
    func roundTrip(name: String) throws {
        let entry = try ModelCatalogue.entry(name)
        let read = try ModelFile.read(text: entry.fileText, place: name)
        #expect(read.model == entry.model)
        #expect(read.notes == entry.notes)
    }

    @Test("An unknown name suggests the nearest")
    func unknown() {
        #expect(
            throws: ScenarioError(
                place: "--model llama-3-7b",
                reason: "is neither a file nor a catalogue name, did you mean 'llama-2-7b'?; "
                    + "'meshwright models list' names them all")
        ) { try ModelCatalogue.entry("llama-3-7b") }
    }
}
