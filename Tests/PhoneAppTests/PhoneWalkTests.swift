import MediaControl
import PBXBase
import PhoneApp
import TerminalTestKit
import TerminalUI
import Testing

/// Whatever happens and whatever is pressed, the screen is drawn, and its words hold.
struct PhoneWalkTests {
    private static let keys =
        [
            "Enter", "Esc", "Tab", "Up", "Down", "PgUp", "PgDn", "Home", "End", "Backspace", "Del", "/", ":", "?", "+",
            "-",
        ]
        + (1...12).map { "F\($0)" } + ["x", "d", "t", "o", "g", "r", "l", "u", "w"].map { "Ctrl-\($0)" }
        + (0...9).map { "\($0)" } + ["*", "#", "a", "q", "j", "y", "ü", "Alt-1", "Alt-2", "Alt-3", "Alt-4"]

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func aRandomDay(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var phone = try ScreenedPhone.registered(history: ScreenedPhone.history)
        for step in 0..<1_500 {
            if Bool.random(using: &random) { happen(&phone, &random) } else { try press(&phone, &random) }
            if step.isMultiple(of: 10) {
                let size = Size(
                    width: Int.random(in: 0...140, using: &random), height: Int.random(in: 0...50, using: &random))
                phone.take(.resized(size))
                #expect(phone.screen().buffer.size == size)
            }
            check(phone, seed: seed, step: step)
        }
    }

    /// Esc gives no command, and no key but hang up and decline ends a call.
    private func press(_ phone: inout ScreenedPhone, _ random: inout SeededRandom) throws {
        let key = Self.keys[Int.random(in: 0..<Self.keys.count, using: &random)]
        let isTyped = phone.state.overlay.map { if case .command = $0 { true } else { false } } ?? false
        _ = phone.asked()
        phone.press(key)
        let asked = phone.asked()
        if key == "Esc" { #expect(asked.allSatisfy { if case .markSeen = $0 { true } else { false } }) }
        for case .command(let command) in asked {
            switch command {
            case .hangUp, .hangUpAll: #expect(key == "Ctrl-x" || isTyped)
            case .decline: #expect(key == "Ctrl-x" || key == "Ctrl-d" || isTyped)
            default: break
            }
        }
    }

    private func happen(_ phone: inout ScreenedPhone, _ random: inout SeededRandom) {
        let number = Int.random(in: 1...9, using: &random)
        let states: [LineState] = [.calling, .ringing, .incoming, .active, .held]
        let isThere = phone.state.lines[LineNumber(number)] != nil
        switch Int.random(in: 0..<10, using: &random) {
        case 0...4:
            let state = states[Int.random(in: 0..<states.count, using: &random)]
            phone.line(
                number, state, RandomText.text(piecesMax: 4, &random),
                name: Bool.random(using: &random) ? RandomText.text(piecesMax: 8, &random) : nil,
                codec: state == .active ? "opus" : nil, held: Bool.random(using: &random),
                conference: Bool.random(using: &random))
        case 5 where isThere:
            let ends: [LineEnd] = [
                .here, .there, .missed, .transferred, .declined, .lost, .refused(status: 486, phrase: ""),
            ]
            phone.end(number, ends[Int.random(in: 0..<ends.count, using: &random)], talkSeconds: 3)
        case 6: phone.told(.transferring(LineNumber(number), status: [100, 200, 503][number % 3]))
        case 7: phone.told(.registrationFailed(account: number, status: 503, phrase: "", isFinal: false))
        case 8: phone.told(.failed(RandomText.text(piecesMax: 9, &random)))
        default: phone.pass(seconds: number)
        }
    }

    private func check(_ phone: ScreenedPhone, seed: UInt64, step: Int) {
        let state = phone.state
        let placed = state.places.places.compactMap(\.self)
        #expect(Set(placed).count == placed.count, "seed \(seed), step \(step)")
        #expect(Set(placed + state.places.waiting) == Set(state.lines.keys), "seed \(seed), step \(step)")
        #expect(state.picked.map { state.lines[$0] != nil } ?? true, "seed \(seed), step \(step)")
        if case .transfer(let line) = state.dial.purpose {
            #expect(state.lines[line] != nil, "seed \(seed), step \(step)")
        }
    }
}
