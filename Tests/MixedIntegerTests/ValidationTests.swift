import Optimization
import Testing

@Suite struct ValidationTests {
    private func error(_ build: (inout MixedIntegerModel) -> Void) -> ModelError? {
        var model = MixedIntegerModel(name: "wrong")
        build(&model)
        do throws(ModelError) {
            try model.validate()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e31])
    func `coefficients and costs must be finite`(value: Double) throws {
        let coefficient = try #require(
            error { model in
                let x = model.addBinary("x")
                model.addRow("r", value * x <= 1)
            })
        #expect("\(coefficient)".hasPrefix("the coefficient of \"x\" in row \"r\" is \(value); accepted:"))
        let cost = try #require(
            error { model in
                let x = model.addBinary("x")
                model.setObjective(.minimize, value * x)
            })
        #expect("\(cost)".hasPrefix("the objective coefficient of \"x\" is \(value); accepted:"))
    }

    @Test(arguments: ["", "two\nlines", String(repeating: "x", count: 256), "tab\t"])
    func `names must be short lines`(name: String) {
        #expect(error { $0.addBinary(name) } == .unusableName(name, place: .variable(index: 0, name: name)))
        let ofRow = error { model in
            let x = model.addBinary("x")
            model.addRow(name, 1 * x <= 1)
        }
        #expect(ofRow == .unusableName(name, place: .row(index: 0, name: name)))
    }

    @Test func `a name comes once`() {
        let found = error { model in
            model.addBinary("x")
            model.addContinuous("x")
        }
        #expect(found == .duplicateName("x", place: .variable(index: 1, name: "x")))
    }

    @Test func `a variable comes once in a row and in the objective`() {
        let inRow = error { model in
            let x = model.addBinary("x")
            model.addRow("r", x + x <= 1)
        }
        #expect(inRow == .duplicateTerm(variable: "x", place: .row(index: 0, name: "r")))
        let inObjective = error { model in
            let x = model.addBinary("x")
            model.setObjective(.minimize, x + x)
        }
        #expect(inObjective == .duplicateTerm(variable: "x", place: .objective))
        let merged = error { model in
            let x = model.addBinary("x")
            model.setObjective(.minimize, (x + x).collectingLikeTerms())
        }
        #expect(merged == nil)
    }

    @Test func `a variable of another model is refused`() {
        let found = error { model in
            model.addRow("r", 1 * Variable(index: 3) <= 1)
        }
        #expect(found == .unknownVariable(index: 3, count: 0, place: .row(index: 0, name: "r")))
    }

    @Test func `bounds must leave something`() {
        #expect(error { $0.addContinuous("x", lower: 2, upper: 1) } != nil)
        #expect(error { $0.addContinuous("x", lower: .nan) } != nil)
        #expect(error { $0.addContinuous("x", lower: .infinity) } != nil)
        #expect(error { $0.addInteger("x", lower: 0.2, upper: 0.8) } != nil)
        #expect(error { $0.addInteger("x", upper: 1e17) } != nil)
        #expect(error { $0.addRange("r", LinearExpression(), lower: 1, upper: 0) } != nil)
        #expect(error { $0.addInteger("x", lower: 0.2, upper: 1.8) } == nil)
    }

    @Test func `doubtful numbers are warned of`() throws {
        var model = MixedIntegerModel(name: "doubtful")
        let x = model.addInteger("x", lower: 0.2, upper: 1.8)
        let y = model.addContinuous("y")
        model.addRow("r", 1e-3 * x + 1e9 * y <= 1)
        #expect(
            try model.validate() == [
                .boundsRoundedInward(variable: "x", lower: 1, upper: 1),
                .coefficientRange(smallest: 1e-3, largest: 1e9),
            ])
    }
}
