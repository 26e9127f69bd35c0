import FoundationEssentials
import Glibc
package import PBXBase

/// What a view needs besides its data: the time, where we are, and whether colours are wanted.
package struct ViewContext: Sendable {
    package var now: WallTime
    package var isColoured: Bool
    /// Seconds east of UTC that clocks here show at a moment, given in seconds since 1970.
    package var secondsEast: @Sendable (Int64) -> Int

    package init(now: WallTime, isColoured: Bool, secondsEast: @escaping @Sendable (Int64) -> Int) {
        self.now = now
        self.isColoured = isColoured
        self.secondsEast = secondsEast
    }

    /// This process's time, zone and terminal.
    static func current() -> ViewContext {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let environment = ProcessInfo.processInfo.environment
        let refusesColour = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
        return ViewContext(
            now: WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000),
            isColoured: StandardOutput.isTerminal && !refusesColour,
            secondsEast: { seconds in
                var moment = time_t(seconds)
                var local = tm()
                localtime_r(&moment, &local)
                return local.tm_gmtoff
            })
    }

    /// A time of the protocol (RFC 3339, UTC) as a clock here shows it: `14:03:09` today, else with the date. Text that
    /// is no such time is shown as it is.
    package func local(_ rfc3339: String) -> String {
        guard let time = WallTime(rfc3339: rfc3339) else { return rfc3339 }
        let (date, clock) = parts(time)
        return date == parts(now).date ? clock : "\(date) \(clock)"
    }

    /// How long ago that was, or how long until then: `2 h 13 min`.
    package func distance(_ rfc3339: String) -> String {
        guard let time = WallTime(rfc3339: rfc3339) else { return "" }
        return Self.span(seconds: abs((now - time).seconds))
    }

    /// A length of time in its two largest units.
    package static func span(seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        default: "\(seconds / 86_400) d \(seconds % 86_400 / 3_600) h"
        }
    }

    private func parts(_ time: WallTime) -> (date: String, clock: String) {
        let text = (time + .seconds(secondsEast(time.secondsSinceEpoch))).rfc3339
        return (String(text.prefix(10)), String(text.dropFirst(11).prefix(8)))
    }
}
