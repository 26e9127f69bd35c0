import AdminCLI
import PBXBase
import Testing

extension ViewContext {
    /// Monday, 2026-01-12 10:00:00 UTC, on a clock one hour ahead.
    static let berlin = ViewContext(
        now: WallTime(microseconds: 1_768_212_000_000_000), isColoured: false, secondsEast: { _ in 3_600 })

    static var coloured: ViewContext {
        ViewContext(now: berlin.now, isColoured: true, secondsEast: berlin.secondsEast)
    }
}

struct ViewContextTests {
    @Test(arguments: [
        ("2026-01-12T10:00:00.123Z", "11:00:00"),
        ("2026-01-11T23:30:00.000Z", "00:30:00"),
        ("2026-01-11T22:30:00.000Z", "2026-01-11 23:30:00"),
        ("2026-01-12T23:30:00Z", "2026-01-13 00:30:00"),
        ("yesterday", "yesterday"),
        ("2026-01-12T10:00:00.123+01:00", "2026-01-12T10:00:00.123+01:00"),
        ("", ""),
    ])
    func showsTimesOfTheProtocolAsALocalClockDoes(text: String, shown: String) {
        #expect(ViewContext.berlin.local(text) == shown)
    }

    @Test(arguments: [
        (0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3_599, "59 min 59 s"), (7_980, "2 h 13 min"),
        (200_000, "2 d 7 h"),
    ])
    func showsLengthsInTwoUnits(seconds: Int, text: String) {
        #expect(ViewContext.span(seconds: seconds) == text)
    }

    @Test func distanceLooksBothWays() {
        #expect(ViewContext.berlin.distance("2026-01-12T09:58:30.000Z") == "1 min 30 s")
        #expect(ViewContext.berlin.distance("2026-01-12T10:01:30.000Z") == "1 min 30 s")
    }

    @Test func aTimeSurvivesItsTextForm() {
        for seconds: Int64 in [0, 1_768_212_000, 951_782_400, 4_102_444_800] {
            let time = WallTime(microseconds: seconds * 1_000_000)
            #expect(WallTime(rfc3339: time.rfc3339) == time)
        }
    }
}
