package import PBXBase

/// Times and numbers as people here write them.
package struct LocalFormat: Sendable {
    /// How a country writes dates, times of day and numbers.
    package enum Habit: Hashable, Sendable {
        /// `23.11.2026`, `14:05`, `1.234,5`
        case german
        /// `23/11/2026`, `14:05`, `1,234.5`
        case british
        /// `11/23/2026`, `2:05 PM`, `1,234.5`
        case american
        /// `2026-11-23`, `14:05`, `1234.5`
        case international

        /// The habit of a locale's name: `de_DE.UTF-8`, `en_US`, `C`.
        package init(locale: String) {
            let name = locale.lowercased()
            if name.hasPrefix("de") {
                self = .german
            } else if name.hasPrefix("en_us") {
                self = .american
            } else if name.hasPrefix("en") {
                self = .british
            } else {
                self = .international
            }
        }
    }

    package var habit: Habit
    /// Seconds east of UTC that clocks here show at a moment, given in seconds since 1970.
    package var secondsEast: @Sendable (Int64) -> Int

    package init(habit: Habit, secondsEast: @escaping @Sendable (Int64) -> Int = { _ in 0 }) {
        self.habit = habit
        self.secondsEast = secondsEast
    }

    /// `14:05:09`, or `2:05:09 PM`.
    package func clock(_ time: WallTime, withSeconds: Bool = true) -> String {
        let (_, clock) = parts(time)
        let fields = clock.split(separator: ":")
        let seconds = withSeconds ? ":\(fields[2])" : ""
        guard habit == .american, let hour = Int(fields[0]) else { return "\(fields[0]):\(fields[1])\(seconds)" }
        return "\((hour + 11) % 12 + 1):\(fields[1])\(seconds) \(hour < 12 ? "AM" : "PM")"
    }

    package func date(_ time: WallTime) -> String {
        let (date, _) = parts(time)
        let fields = date.split(separator: "-")
        return switch habit {
        case .german: "\(fields[2]).\(fields[1]).\(fields[0])"
        case .british: "\(fields[2])/\(fields[1])/\(fields[0])"
        case .american: "\(fields[1])/\(fields[2])/\(fields[0])"
        case .international: date
        }
    }

    /// The time alone for today's moments, else with its date.
    package func moment(_ time: WallTime, now: WallTime) -> String {
        let isToday = parts(time).date == parts(now).date
        return isToday ? clock(time) : "\(date(time)) \(clock(time, withSeconds: false))"
    }

    /// A whole number with its thousands set apart: `12.345`.
    package func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        let separator =
            switch habit {
            case .german: "."
            case .british, .american: ","
            case .international: ""
            }
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += separator }
            grouped.append(digit)
        }
        return value < 0 ? "-\(grouped)" : grouped
    }

    /// How long something lasts so far: `0:07`, `12:34`, `1:02:03`.
    package func duration(_ interval: Interval) -> String {
        let seconds = max(0, interval.seconds)
        let tail = "\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
        return seconds < 3_600 ? "\(seconds / 60):\(twoDigits(seconds % 60))" : "\(seconds / 3_600):\(tail)"
    }

    private func parts(_ time: WallTime) -> (date: String, clock: String) {
        let text = (time + .seconds(secondsEast(time.secondsSinceEpoch))).rfc3339
        return (String(text.prefix(10)), String(text.dropFirst(11).prefix(8)))
    }

    private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
