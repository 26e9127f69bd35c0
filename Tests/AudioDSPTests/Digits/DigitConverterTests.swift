import AudioDSP
import PBXBase
import Testing

struct DigitConverterTests {
    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test func digitsLeaveInOrderWithGaps() {
        var converter = DigitConverter(to: .inBand)
        for (index, digit) in "1123".enumerated() {
            let isNew = converter.received(digit, milliseconds: 100, from: .telephoneEvent, now: at(index * 10))
            #expect(isNew)
        }
        var sent: [(Character, Int)] = []
        for now in stride(from: 40, to: 2_000, by: 10) {
            if let entry = converter.due(now: at(now)) { sent.append((entry.digit, now)) }
        }
        #expect(sent.map(\.0) == ["1", "1", "2", "3"])
        #expect(sent.map(\.1) == [40, 200, 360, 520])
        #expect(converter.deadline == nil)
    }

    @Test(arguments: [
        [DigitSource.inBand, .telephoneEvent], [.inBand, .info], [.info, .telephoneEvent], [.telephoneEvent, .info],
        [.telephoneEvent, .inBand], [.inBand, .info, .telephoneEvent],
    ])
    func onePressInSeveralFormsIsOneDigit(forms: [DigitSource]) {
        var converter = DigitConverter(to: .telephoneEvent)
        var found = ""
        for (press, digit) in "5512".enumerated() {
            for (index, form) in forms.enumerated()
            where converter.received(digit, milliseconds: 100, from: form, now: at(press * 300 + index * 60)) {
                found.append(digit)
            }
        }
        #expect(found == "5512")
        #expect(converter.listensInBand == (forms == [.inBand]))
    }

    @Test func soundIsListenedToUntilSomethingBetterCame() {
        var merger = DigitMerger()
        #expect(merger.listensInBand)
        let first = merger.accepts("1", from: .inBand, now: at(0))
        #expect(first && merger.listensInBand)
        let second = merger.accepts("2", from: .info, now: at(500))
        #expect(second && !merger.listensInBand)
        let third = merger.accepts("2", from: .inBand, now: at(520))
        #expect(!third)
    }

    @Test func theQueueHasAnEnd() {
        var converter = DigitConverter(to: .info)
        for index in 0..<(DigitQueue.digitsMax + 3) {
            let isNew = converter.received("7", milliseconds: 50, from: .telephoneEvent, now: at(index))
            #expect(isNew)
        }
        #expect(converter.digitsDropped == 3)
        var sent = 0
        for now in stride(from: 0, to: 60_000, by: 20) where converter.due(now: at(now)) != nil { sent += 1 }
        #expect(sent == DigitQueue.digitsMax)
    }

    @Test func onlyDigitsOfSaneLengthAreTaken() {
        var queue = DigitQueue()
        let taken = ([("x", 100), ("!", .min), ("D", .max)] as [(Character, Int)]).map {
            queue.append($0.0, milliseconds: $0.1)
        }
        #expect(taken == [false, true, true])
        let flash = queue.next(now: at(0))
        #expect(flash == DigitQueue.Entry(digit: "!", milliseconds: 40))
        let tooEarly = queue.next(now: at(99))
        #expect(tooEarly == nil && queue.deadline == at(100))
        let letter = queue.next(now: at(100))
        #expect(letter == DigitQueue.Entry(digit: "D", milliseconds: 8_000))
        queue.removeAll()
        #expect(queue.isEmpty && queue.deadline == nil)
    }
}
