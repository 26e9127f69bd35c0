import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Keys: reported once in whatever form they come, sent in the form that the peer has.
struct DigitTests {
    private func phones(_ count: Int = 2) throws -> (WorkerHarness, [SoundPhone]) {
        let harness = try WorkerHarness()
        let leases = harness.prepare(count)
        let phones = try leases.indices.map { try SoundPhone(harness, leases[$0], .pcma, index: UInt32($0)) }
        return (harness, phones)
    }

    private func digits(_ harness: WorkerHarness) -> [Character] {
        harness.takeEvents().compactMap { if case .digit(_, let digit, _) = $0 { digit } else { nil } }
    }

    private func keys(in sound: [Int16]) -> [Character] {
        guard var detector = DigitDetector(sampleRate: 8_000) else { return [] }
        var found: [Character] = []
        detector.hear(sound.span) { if case .ended(let digit, _) = $0 { found.append(digit) } }
        return found
    }

    @Test func oneKeyIsOneDigitAndIsPassedOn() throws {
        let (harness, phones) = try phones()
        harness.apply(
            (
                phones[0].lease,
                phones[0].plan {
                    $0.sink = phones[1].lease.id; $0.reportsDigits = true
                }
            ),
            (phones[1].lease, phones[1].plan { $0.sink = phones[0].lease.id }))
        harness.talk(milliseconds: 100, phones)
        for digit in "12#" {
            phones[0].press(digit)
            harness.talk(milliseconds: 200, phones)
        }
        #expect(digits(harness) == ["1", "2", "#"])
        #expect(phones[1].events.count == 3 * 7)
        // The last end packet is lost, so is the next one's beginning: the clock ends the press.
        phones[0].press("7", packets: 4, endPackets: 0)
        harness.talk(milliseconds: 1_000, phones)
        #expect(digits(harness) == ["7"])
    }

    /// A re-INVITE, a hold and its end, in the middle of a press and right behind it: one key is one digit, and the
    /// next is heard.
    @Test func aNewPlanMakesNoNewDigit() throws {
        let (harness, phones) = try phones()
        let plan = phones[0].plan {
            $0.sink = phones[1].lease.id
            $0.reportsDigits = true
        }
        var held = plan
        held.receives = false
        harness.apply((phones[0].lease, plan), (phones[1].lease, phones[1].plan { $0.sink = phones[0].lease.id }))
        harness.talk(milliseconds: 100, phones)
        phones[0].press("5", packets: 6, endPackets: 0) {
            if $0 == 3 { harness.apply((phones[0].lease, plan)) }
        }
        harness.apply((phones[0].lease, plan))
        phones[0].press("5", packets: 6, endPackets: 3, isContinued: true) {
            // The ends come again behind the re-INVITE, and a hold with its end.
            if $0 == 6 { harness.apply((phones[0].lease, plan)) }
            if $0 == 7 {
                harness.apply((phones[0].lease, held))
                harness.apply((phones[0].lease, plan))
            }
        }
        harness.talk(milliseconds: 300, phones)
        #expect(digits(harness) == ["5"])
        phones[0].press("5")
        harness.talk(milliseconds: 300, phones)
        #expect(digits(harness) == ["5"])
    }

    @Test func hearsKeysOfAPeerWithoutEvents() throws {
        let (harness, phones) = try phones()
        harness.apply(
            (
                phones[0].lease,
                phones[0].plan(events: false) {
                    $0.sink = phones[1].lease.id; $0.reportsDigits = true
                }
            ),
            (phones[1].lease, phones[1].plan { $0.sink = phones[0].lease.id }))
        let encoder = G711(.a)
        var stream = TestStream()
        for digit in "508" {
            var tone = DigitTone(digit, sampleRate: 8_000, milliseconds: 100)
            while tone?.isFinished == false {
                var samples = [Int16](repeating: 0, count: 160)
                var span = samples.mutableSpan
                _ = tone?.next(into: &span)
                var packet = Array(stream.packet().prefix(12))
                encoder.encode(samples.span, into: &packet)
                harness.io.deliver(packet, from: phones[0].endpoint, to: phones[0].lease.rtp)
                harness.run(milliseconds: 20)
            }
        }
        #expect(digits(harness) == ["5", "0", "8"])
    }

    @Test func sendsEventsOrTones() throws {
        let (harness, phones) = try phones()
        harness.apply((phones[0].lease, phones[0].plan()), (phones[1].lease, phones[1].plan(events: false)))
        for phone in phones { harness.send(.sendDigits(phone.lease.id, "19")) }
        harness.talk(milliseconds: 800, phones)
        #expect(Set(phones[0].events.map(\.code)) == [1, 9])
        #expect(phones[0].events.count { $0.isEnd } == 6)
        #expect(phones[1].events.isEmpty)
        #expect(keys(in: phones[1].heard) == ["1", "9"])
    }

    @Test func aRoomPassesKeysInTheFormOfEachParty() throws {
        let (harness, phones) = try phones(3)
        harness.apply(
            (phones[0].lease, phones[0].seat(in: 1)), (phones[1].lease, phones[1].seat(in: 1)),
            (phones[2].lease, phones[2].plan(events: false) { $0.seat = RoomSeat(room: MediaRoomID(1)) }))
        harness.talk(milliseconds: 200, phones)
        phones[0].press("4")
        harness.talk(milliseconds: 500, phones)
        #expect(phones[0].events.isEmpty)
        #expect(Set(phones[1].events.map(\.code)) == [4])
        #expect(keys(in: phones[2].heard) == ["4"])
    }
}
