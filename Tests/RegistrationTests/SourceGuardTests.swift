import PBXBase
import Registration
import Testing

private let source = IPAddress(ipv4: 0xC000_0207)
private let neighbour = IPAddress(ipv4: 0xC000_0208)

/// A reference, as expectations do not mutate values.
private final class Guardian {
    private var guardian: SourceGuard

    init(failuresMax: Int, messagesPerSecondMax: Int) {
        guardian = SourceGuard(failuresMax: failuresMax, messagesPerSecondMax: messagesPerSecondMax)
    }

    func failed(_ address: IPAddress, now: Instant) -> Bool {
        guardian.authenticationFailed("101", from: address, isShared: false, now: now) == .addressIgnored
    }
    func failed(_ user: String, now: Instant) -> SourceGuard.Consequence {
        guardian.authenticationFailed(user, from: source, isShared: true, now: now)
    }
    func mayAuthenticate(_ user: String, now: Instant) -> Bool {
        guardian.mayAuthenticate(user, from: source, now: now)
    }
    func admit(_ address: IPAddress, now: Instant) -> SourceGuard.Admission { guardian.admit(address, now: now) }
}

struct SourceGuardTests {
    private var now = Instant(nanoseconds: 1)

    @Test func guessingIsIgnoredForAMinute() {
        let guardian = Guardian(failuresMax: 3, messagesPerSecondMax: 0)
        #expect(!guardian.failed(source, now: now))
        #expect(!guardian.failed(source, now: now))
        #expect(guardian.admit(source, now: now) == .admitted)
        #expect(guardian.failed(source, now: now))
        #expect(guardian.admit(source, now: now) == .ignored(.tooManyFailures, isFirst: true))
        #expect(guardian.admit(source, now: now + .seconds(59)) == .ignored(.tooManyFailures, isFirst: false))
        #expect(guardian.admit(neighbour, now: now) == .admitted)
        #expect(guardian.admit(source, now: now + .seconds(60)) == .admitted)
        #expect(!guardian.failed(source, now: now + .seconds(60)))
    }

    @Test func failuresCountForAMinute() {
        let guardian = Guardian(failuresMax: 2, messagesPerSecondMax: 0)
        for minute in 0..<5 {
            #expect(!guardian.failed(source, now: now + .seconds(60 * minute)))
        }
        #expect(guardian.failed(source, now: now + .seconds(60 * 4 + 59)))
    }

    @Test func aFloodIsIgnoredUntilTheSecondIsOver() {
        let guardian = Guardian(failuresMax: 0, messagesPerSecondMax: 2)
        #expect(guardian.admit(source, now: now) == .admitted)
        #expect(guardian.admit(source, now: now) == .admitted)
        #expect(guardian.admit(source, now: now) == .ignored(.tooManyMessages, isFirst: true))
        #expect(guardian.admit(source, now: now) == .ignored(.tooManyMessages, isFirst: false))
        #expect(guardian.admit(neighbour, now: now) == .admitted)
        #expect(guardian.admit(source, now: now + .seconds(1)) == .admitted)
    }

    @Test func aVersion6HostIsItsNetwork() {
        let guardian = Guardian(failuresMax: 2, messagesPerSecondMax: 0)
        let address = { (low: UInt64) in IPAddress(ipv6High: 0x2001_0db8_0000_0001, low: low) }
        #expect(!guardian.failed(address(1), now: now))
        #expect(guardian.failed(address(2), now: now))
        #expect(guardian.admit(address(3), now: now) != .admitted)
        #expect(guardian.admit(IPAddress(ipv6High: 0x2001_0db8_0000_0002, low: 1), now: now) == .admitted)
    }

    @Test func aSharedAddressIsHeldAgainstTheUserOnly() {
        let guardian = Guardian(failuresMax: 2, messagesPerSecondMax: 0)
        #expect(guardian.failed("101", now: now) == .none)
        #expect(guardian.failed("102", now: now) == .none)
        #expect(guardian.failed("101", now: now) == .userBlocked)
        #expect(guardian.admit(source, now: now) == .admitted)
        #expect(!guardian.mayAuthenticate("101", now: now))
        #expect(guardian.mayAuthenticate("102", now: now))
        #expect(guardian.mayAuthenticate("101", now: now + .seconds(60)))
        #expect(guardian.failed("101", now: now + .seconds(60)) == .none)
    }

    @Test func theTablesAreBounded() {
        let guardian = Guardian(failuresMax: 2, messagesPerSecondMax: 1)
        let many = UInt32(SourceGuard.sourcesMax) + 10
        for address in 0..<many {
            let time = now + .microseconds(Int(address))
            _ = guardian.failed(IPAddress(ipv4: address), now: time)
            #expect(guardian.admit(IPAddress(ipv4: address), now: now) == .admitted)
        }
        let later = now + .seconds(2)
        // The oldest were forgotten, the latest were not; whoever is not counted is admitted.
        #expect(!guardian.failed(IPAddress(ipv4: 0), now: later))
        #expect(guardian.failed(IPAddress(ipv4: many - 1), now: later))
        #expect(guardian.admit(IPAddress(ipv4: many - 1), now: now) != .admitted)
    }
}
