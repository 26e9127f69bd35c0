import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Mixes: who hears whom, at which level, and that each gets one unbroken stream.
struct RoomTests {
    private func phones(_ codecs: [AudioCodec], tones: [Double?]) throws -> (WorkerHarness, [SoundPhone]) {
        let harness = try WorkerHarness()
        let leases = harness.prepare(codecs.count)
        let phones = try codecs.indices.map { index in
            try SoundPhone(harness, leases[index], codecs[index], toneHz: tones[index], index: UInt32(index))
        }
        return (harness, phones)
    }

    @Test(arguments: [
        [AudioCodec.pcma, .pcmu], [.pcma, .g722], [.pcmu, .opus(OpusParameters())],
        [.g722, .l16(sampleRate: 16_000)],
    ])
    func translatesBetweenTwoCodecs(codecs: [AudioCodec]) throws {
        let (harness, phones) = try phones(codecs, tones: [1_000, 440])
        harness.apply((phones[0].lease, phones[0].seat(in: 1)), (phones[1].lease, phones[1].seat(in: 1)))
        harness.talk(milliseconds: 2_000, phones)
        // A tone of -20 dBov at one end is one of -20 dBov at the other, and nobody hears himself.
        #expect(abs(phones[0].level(ofHz: 440) + 20) < 1.5, "\(phones[0].level(ofHz: 440))")
        #expect(abs(phones[1].level(ofHz: 1_000) + 20) < 1.5, "\(phones[1].level(ofHz: 1_000))")
        #expect(!phones[0].hears(1_000))
        #expect(!phones[1].hears(440))
        for phone in phones { #expect(isUnbroken(phone.headers, ticks: phone.codec.clockTicks(milliseconds: 20))) }
    }

    @Test func everyoneHearsAllOthers() throws {
        let tones = [500.0, 800, 1_300]
        let (harness, phones) = try phones([.pcma, .pcmu, .g722], tones: tones)
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 7))) }
        harness.talk(milliseconds: 2_000, phones)
        for (listener, phone) in phones.enumerated() {
            for (speaker, tone) in tones.enumerated() {
                #expect(phone.hears(tone) == (listener != speaker), "\(listener) of \(speaker)")
            }
        }
    }

    @Test func silentListenersShareAndSpeakersDoNot() throws {
        let (harness, phones) = try phones([.pcma, .pcma, .pcma, .pcma], tones: [700, nil, nil, nil])
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 1))) }
        harness.talk(milliseconds: 1_000, phones)
        for phone in phones[1...] { #expect(abs(phone.level(ofHz: 700) + 20) < 1) }
        #expect(!phones[0].hears(700))
        #expect(phones[1].heard == phones[2].heard)
        // A listener begins to speak: the others hear it from then on.
        phones[1].tone = ToneGenerator(frequencyHz: 1_100, level: -20)
        harness.talk(milliseconds: 1_000, phones)
        #expect(phones[0].hears(1_100) && !phones[0].hears(700))
        #expect(phones[1].hears(700) && !phones[1].hears(1_100))
        #expect(phones[2].hears(700) && phones[2].hears(1_100))
        for phone in phones { #expect(isUnbroken(phone.headers, ticks: 160)) }
    }

    @Test func muteDeafAndGain() throws {
        let (harness, phones) = try phones([.pcma, .pcma, .pcma], tones: [500, 800, nil])
        harness.apply(
            (phones[0].lease, phones[0].seat(in: 1) { $0.speaks = false }),
            (phones[1].lease, phones[1].seat(in: 1) { $0.speakingGain = -60 }),
            (phones[2].lease, phones[2].seat(in: 1) { $0.hearingGain = 60 }))
        harness.talk(milliseconds: 1_500, phones)
        #expect(!phones[1].hears(500) && !phones[2].hears(500))
        #expect(abs(phones[0].level(ofHz: 800) + 26) < 1)
        #expect(abs(phones[2].level(ofHz: 800) + 20) < 1)
        harness.apply((phones[2].lease, phones[2].seat(in: 1) { $0.hears = false }))
        harness.talk(milliseconds: 1_000, phones)
        #expect(phones[2].level(ofHz: 800) < -60)
        #expect(phones[0].hears(800))
    }

    /// A supervisor whispers to the agent: the customer must not hear it.
    @Test func whispersToOneOnly() throws {
        let (harness, phones) = try phones([.pcma, .pcma, .pcma], tones: [500, 800, 1_300])
        let agent = phones[0].lease.id
        harness.apply(
            (phones[0].lease, phones[0].seat(in: 1)), (phones[1].lease, phones[1].seat(in: 1)),
            (phones[2].lease, phones[2].seat(in: 1) { $0.audience = .only(agent) }))
        harness.talk(milliseconds: 1_500, phones)
        #expect(phones[0].hears(800) && phones[0].hears(1_300))
        #expect(phones[1].hears(500) && !phones[1].hears(1_300))
        #expect(phones[2].hears(500) && phones[2].hears(800))
    }

    @Test func tellsWhoSpeaks() throws {
        let (harness, phones) = try phones([.pcma, .pcma], tones: [500, nil])
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 1) { $0.reportsSpeech = true })) }
        harness.talk(milliseconds: 1_000, phones)
        phones[0].tone = nil
        harness.talk(milliseconds: 2_000, phones)
        let spoken = harness.takeEvents().filter { event in
            if case .speaking = event { true } else { false }
        }
        #expect(spoken == [.speaking(phones[0].lease.id, true), .speaking(phones[0].lease.id, false)])
    }

    /// From a room to forwarding and back, the peer sees one stream.
    @Test func oneStreamThroughoutAllChanges() throws {
        let (harness, phones) = try phones([.pcma, .pcma, .pcma], tones: [500, 800, nil])
        let forwarded = [
            (phones[0].lease, phones[0].plan { $0.sink = phones[1].lease.id }),
            (phones[1].lease, phones[1].plan { $0.sink = phones[0].lease.id }),
        ]
        harness.apply(forwarded[0], forwarded[1])
        harness.talk(milliseconds: 500, phones)
        #expect(phones[0].hears(800))
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 1))) }
        harness.talk(milliseconds: 500, phones)
        #expect(phones[2].hears(800) && phones[2].hears(500))
        harness.apply(forwarded[0], forwarded[1])
        harness.talk(milliseconds: 500, phones)
        #expect(Set(phones[0].headers.map(\.ssrc)).count == 1)
        let steps = zip(phones[0].headers, phones[0].headers.dropFirst()).map {
            $0.sequenceNumber.distance(to: $1.sequenceNumber)
        }
        #expect(steps.allSatisfy { $0 == 1 })
        let ticks = zip(phones[0].headers, phones[0].headers.dropFirst()).map {
            $0.timestamp.distance(to: $1.timestamp)
        }
        #expect(ticks.allSatisfy { $0 > 0 })
    }

    /// Packets of 10 to 60 ms on one side, of 20 ms on the other.
    @Test(arguments: [10, 20, 30, 40, 60]) func packetsAreAsLongAsThePeerAsked(milliseconds: Int) throws {
        let (harness, phones) = try phones([.pcma, .pcmu], tones: [800, 500])
        phones[1].packetMilliseconds = milliseconds
        var plan = phones[1].seat(in: 1)
        plan.sending?.ptimeMilliseconds = milliseconds
        harness.apply((phones[0].lease, phones[0].seat(in: 1)), (phones[1].lease, plan))
        harness.talk(milliseconds: 2_000, phones)
        #expect(isUnbroken(phones[0].headers, ticks: 160))
        #expect(isUnbroken(phones[1].headers, ticks: milliseconds * 8))
        #expect(abs(phones[1].headers.count - 2_000 / milliseconds) <= 4)
        #expect(abs(phones[0].level(ofHz: 500) + 20) < 1)
        #expect(abs(phones[1].level(ofHz: 800) + 20) < 1)
    }

    /// RFC 3389: who takes comfort noise is sent none of the silence, is told of it once a second, and hears the first
    /// word with a marker at the right time.
    @Test func silenceIsNotSentToWhoTakesComfortNoise() throws {
        let (harness, phones) = try phones([.pcma, .pcmu], tones: [nil, nil])
        var plan = phones[0].seat(in: 1)
        plan.sending?.comfortNoise = 13
        harness.apply((phones[0].lease, plan), (phones[1].lease, phones[1].seat(in: 1)))
        harness.talk(milliseconds: 3_000, phones)
        #expect((3...4).contains(phones[0].headers.count), "\(phones[0].headers.count)")
        #expect(phones[0].headers.allSatisfy { $0.payloadType == 13 && !$0.marker })
        // The other one did not ask for it.
        #expect(phones[1].headers.count > 140)
        phones[1].tone = ToneGenerator(frequencyHz: 700, level: -20)
        harness.talk(milliseconds: 1_000, phones)
        let first = try #require(phones[0].headers.first { $0.payloadType == 8 })
        #expect(first.marker)
        #expect(abs(phones[0].level(ofHz: 700) + 20) < 1)
        let start = try #require(phones[0].headers.first)
        // Time has gone on: a second tells 8,000 ticks, spoken in or not.
        let last = try #require(phones[0].headers.last)
        #expect(abs(start.timestamp.distance(to: last.timestamp) - 4 * 8_000) < 800)
    }

    private func isUnbroken(_ headers: [RTPHeader], ticks: Int) -> Bool {
        zip(headers, headers.dropFirst()).allSatisfy { first, second in
            first.ssrc == second.ssrc && first.sequenceNumber.distance(to: second.sequenceNumber) == 1
                && first.timestamp.distance(to: second.timestamp) == ticks
        }
    }
}
