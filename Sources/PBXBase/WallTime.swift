/// Civil time: microseconds since 1970-01-01T00:00:00Z. For records, opening hours and expiry that outlives a process;
/// never for timers.
package struct WallTime: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.microseconds < right.microseconds }

    package static func + (time: WallTime, interval: Interval) -> WallTime {
        WallTime(microseconds: time.microseconds &+ interval.nanoseconds / 1_000)
    }

    package static func - (later: WallTime, earlier: WallTime) -> Interval {
        Interval(nanoseconds: (later.microseconds &- earlier.microseconds) &* 1_000)
    }

    package var secondsSinceEpoch: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    }

    /// RFC 3339 in UTC with milliseconds, the form of every time in machine output: `2026-01-12T10:00:00.123Z`.
    package var rfc3339: String { rfc3339(decimals: 3) }

    /// The same to the microsecond, where the order of things matters: `2026-01-12T10:00:00.123456Z`.
    package var rfc3339Exact: String { rfc3339(decimals: 6) }

    private func rfc3339(decimals: Int) -> String {
        let seconds = secondsSinceEpoch
        let fraction = Int(microseconds - seconds * 1_000_000)
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let secondOfDay = Int(seconds - day * 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        var text = ""
        text.reserveCapacity(21 + decimals)
        text.append(padded(date.year, 4), "-", padded(date.month, 2), "-", padded(date.day, 2), "T")
        text.append(padded(secondOfDay / 3_600, 2), ":", padded(secondOfDay / 60 % 60, 2), ":")
        text.append(padded(secondOfDay % 60, 2), ".", String(padded(fraction, 6).prefix(decimals)), "Z")
        return text
    }
}

extension WallTime {
    /// Reads the form that `rfc3339` makes, with any number of decimals or none; nil for anything else.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, bytes[10] == UInt8(ascii: "T"), bytes.last == UInt8(ascii: "Z")
        else { return nil }
        let fields = text.dropLast().split(separator: "T").flatMap { $0.split { "-:.".contains($0) } }
        let numbers = fields.prefix(6).compactMap { Int($0) }
        guard fields.count == 6 || fields.count == 7, numbers.count == 6, (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2]), (0...23).contains(numbers[3]), (0...59).contains(numbers[4]),
            (0...60).contains(numbers[5]), (0...9_999).contains(numbers[0])
        else { return nil }
        let day = CivilDate.daysSinceEpoch(year: numbers[0], month: numbers[1], day: numbers[2])
        let seconds = day * 86_400 + Int64(numbers[3] * 3_600 + numbers[4] * 60 + numbers[5])
        let decimals = fields.count == 7 ? Int64((fields[6] + "000000").prefix(6)) ?? 0 : 0
        self.init(microseconds: seconds * 1_000_000 + decimals)
    }
}

/// Year, month and day of the proleptic Gregorian calendar, from days since 1970-01-01.
private struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    init(daysSinceEpoch: Int64) {
        // Count from 0000-03-01, so that the leap day is the last day of a year.
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to a date.
    static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}

extension String {
    fileprivate mutating func append(_ parts: String...) {
        for part in parts { append(part) }
    }
}
