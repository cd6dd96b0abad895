#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few functions of the C mathematics library that charts need, in one place.
enum Elementary {
    static func log10(_ value: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log10(value)
        #elseif canImport(Musl)
            Musl.log10(value)
        #else
            Darwin.log10(value)
        #endif
    }

    static func log2(_ value: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log2(value)
        #elseif canImport(Musl)
            Musl.log2(value)
        #else
            Darwin.log2(value)
        #endif
    }

    static func power(_ base: Double, _ exponent: Double) -> Double {
        #if canImport(Glibc)
            Glibc.pow(base, exponent)
        #elseif canImport(Musl)
            Musl.pow(base, exponent)
        #else
            Darwin.pow(base, exponent)
        #endif
    }

    /// Ten to a whole power, correctly rounded for the exponents a Double can hold.
    static func powerOfTen(_ exponent: Int) -> Double {
        Double("1e\(exponent)") ?? power(10, Double(exponent))
    }
}
