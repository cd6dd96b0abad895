/// Solves symmetric positive definite systems.
enum Cholesky {
    /// The x with `matrix · x = right`.
    ///
    /// - Parameters:
    ///   - matrix: symmetric, row by row; only its lower half is read.
    ///   - right: as long as the matrix is wide.
    /// - Returns: x, or nil where the matrix is not positive definite.
    static func solution(_ matrix: [Double], _ right: [Double]) -> [Double]? {
        let count = right.count
        var factor = matrix
        for column in 0..<count {
            var diagonal = factor[column * count + column]
            for inner in 0..<column {
                diagonal -= factor[column * count + inner] * factor[column * count + inner]
            }
            guard diagonal > 0, diagonal.isFinite else { return nil }
            let root = diagonal.squareRoot()
            factor[column * count + column] = root
            for row in (column + 1)..<max(column + 1, count) {
                var sum = factor[row * count + column]
                for inner in 0..<column {
                    sum -= factor[row * count + inner] * factor[column * count + inner]
                }
                factor[row * count + column] = sum / root
            }
        }
        var solution = right
        for row in 0..<count {
            for inner in 0..<row { solution[row] -= factor[row * count + inner] * solution[inner] }
            solution[row] /= factor[row * count + row]
        }
        for row in stride(from: count - 1, through: 0, by: -1) {
            for inner in (row + 1)..<max(row + 1, count) {
                solution[row] -= factor[inner * count + row] * solution[inner]
            }
            solution[row] /= factor[row * count + row]
        }
        return solution
    }
}
