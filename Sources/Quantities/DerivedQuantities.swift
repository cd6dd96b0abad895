// The products and quotients between dimensions that the cost model needs; no others compile.

/// Time to move data at a rate.
@inlinable
public func / (data: Bytes, rate: BytesPerSecond) -> Seconds { Seconds(data.value / rate.value) }

/// Time to do work at a rate.
@inlinable
public func / (work: Flop, rate: FlopPerSecond) -> Seconds { Seconds(work.value / rate.value) }

/// Work done at a rate during a time.
@inlinable
public func * (rate: FlopPerSecond, time: Seconds) -> Flop { Flop(rate.value * time.value) }

/// Data moved at a rate during a time.
@inlinable
public func * (rate: BytesPerSecond, time: Seconds) -> Bytes { Bytes(rate.value * time.value) }

/// Rate that does the work in the time.
@inlinable
public func / (work: Flop, time: Seconds) -> FlopPerSecond { FlopPerSecond(work.value / time.value) }

/// Rate that moves the data in the time.
@inlinable
public func / (data: Bytes, time: Seconds) -> BytesPerSecond { BytesPerSecond(data.value / time.value) }

/// Arithmetic intensity at which a rate of work and a rate of data are in balance: FLOP per byte.
@inlinable
public func / (work: FlopPerSecond, data: BytesPerSecond) -> Double { work.value / data.value }
