import PBXBase
import Testing

@Suite struct WallTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_768_212_000_123_456, "2026-01-12T10:00:00.123Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399_999_000, "2100-02-28T23:59:59.999Z"),
            (-1_000, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func writesRFC3339(microseconds: Int64, text: String) {
        #expect(WallTime(microseconds: microseconds).rfc3339 == text)
        #expect(WallTime(rfc3339: text)?.rfc3339 == text)
    }

    @Test(arguments: ["2026-01-12T10:00:00Z", "2026-01-12T10:00:00.123456Z"])
    func readsAnyNumberOfDecimals(text: String) {
        #expect(WallTime(rfc3339: text)?.secondsSinceEpoch == 1_768_212_000)
    }

    @Test func microsecondsSurviveWhereTheyAreAskedFor() {
        let time = WallTime(microseconds: 1_768_212_000_123_456)
        #expect(time.rfc3339Exact == "2026-01-12T10:00:00.123456Z")
        #expect(WallTime(rfc3339: time.rfc3339Exact) == time)
    }

    @Test(arguments: ["", "2026-01-12", "2026-13-12T10:00:00Z", "2026-01-12T10:00:00+01:00", "20x6-01-12T10:00:00.0Z"])
    func refusesWhatIsNoTime(text: String) {
        #expect(WallTime(rfc3339: text) == nil)
    }
}
