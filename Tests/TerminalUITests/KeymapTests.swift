import TerminalUI
import Testing

struct KeymapTests {
    enum Place: String, CaseIterable { case everywhere, list }
    enum Deed: String, CaseIterable { case quit, up, park }

    private static let rows: [KeyBinding<Place, Deed>] = [
        KeyBinding(.everywhere, ["q", "Ctrl-C"], .quit, label: "Quit", help: "Leave the program"),
        KeyBinding(.everywhere, ["Up"], .up, help: "Go up"),
        KeyBinding(.list, ["F8"], .park, label: "Park", help: "Park the call"),
    ]

    private func map() throws -> Keymap<Place, Deed> { try Keymap(Self.rows) }

    @Test func theInnerPlaceIsAskedFirst() throws {
        let map = try Keymap(Self.rows + [KeyBinding(.list, ["q"], .park, help: "Park too")])
        let key = try #require(KeyEvent("q"))
        #expect(map.action(for: key, in: [.list, .everywhere]) == .park)
        #expect(map.action(for: key, in: [.everywhere]) == .quit)
        #expect(map.action(for: KeyEvent(.down), in: [.list, .everywhere]) == nil)
    }

    @Test func footerAndHelpComeFromTheTable() throws {
        let map = try map()
        #expect(map.footer([.list, .everywhere]).map { "\($0.key) \($0.label)" } == ["F8 Park", "q Quit"])
        #expect(map.rows([.list, .everywhere]).map(\.help) == ["Park the call", "Leave the program", "Go up"])
        #expect(map.key(for: .quit, in: .everywhere) == "q")
    }

    @Test func oneKeyForTwoThingsIsAnError() {
        #expect(throws: KeymapError(message: "q in list would do both park and up (give one of them another key)")) {
            try Keymap<Place, Deed>([
                KeyBinding(.list, ["q"], .park, help: "x"), KeyBinding(.list, ["q"], .up, help: "x"),
            ])
        }
    }

    @Test func aUserMayRebind() throws {
        let change = KeyChange(context: "list", action: "park", keys: ["Ctrl-P", "F9"], place: "keys.toml:2")
        let map = try map().rebound([change])
        #expect(map.action(for: KeyEvent(.function(8)), in: [.list]) == nil)
        #expect(map.action(for: KeyEvent(.character("p"), .control), in: [.list]) == .park)
        #expect(map.footer([.list]).map(\.key) == ["Ctrl-P"])
    }

    @Test(arguments: [
        (KeyChange(context: "lists", action: "park", keys: ["a"], place: "k:1"), "k:1: unknown place \"lists\""),
        (KeyChange(context: "list", action: "quit", keys: ["a"], place: "k:1"), "k:1: unknown action \"quit\" in list"),
        (KeyChange(context: "list", action: "park", keys: ["F99"], place: "k:3"), "k:3: unknown key \"F99\""),
        (KeyChange(context: "everywhere", action: "up", keys: ["q"], place: "k:1"), "k: q in everywhere would do both"),
    ])
    func aWrongChangeIsExplained(change: KeyChange, message: String) throws {
        let map = try map()
        do {
            _ = try map.rebound([change])
            Issue.record("accepted")
        } catch {
            #expect(error.message.hasPrefix(message), "\(error.message)")
        }
    }
}
