package import ControlProtocol
package import PBXBase
package import PBXModel
package import TerminalUI

/// The screens, in the order of their tabs.
package enum Screen: String, Hashable, Sendable, CaseIterable {
    case switchboard, calls, history, phones, log, parked, ladder, help
}

/// What is open above a screen and takes the keys.
package enum Overlay: Hashable, Sendable {
    /// The `:` line.
    case command(PromptState)
    /// Something that cannot be taken back: asks first.
    case confirmation(question: String, operation: CallOperation, callID: String)
    /// A result to be read.
    case result(title: String, lines: [String], scroll: Int)
}

/// All that a console shows and remembers.
package struct ConsoleState: Sendable {
    package var size: Size
    package var now: Now
    package let format: LocalFormat
    package let texts: TextTable<ConsoleText>
    package let keys: ConsoleKeymap
    package var link = LinkState.connecting
    package var server: HelloCommand.Reply?
    package var exchange = ExchangeView()
    package var loops = CallLoops()
    package var log = EventLog()
    /// The extension whose phone the receptionist uses; nil watches the whole company.
    package var ownNumber: String?
    package var screen = Screen.switchboard
    package var overlay: Overlay?
    package var notice: Notice?
    /// When the notice goes by itself.
    package var noticeEnd = Instant.zero
    package var switchboard = SwitchboardState()
    package var lists: [Screen: ListState] = [:]
    package var commandHistory = PromptHistory()
    /// The call that was given away last, which can be pulled back though it has left our loops.
    package var lastTransfer: String?
    package var ladder = LadderState()

    /// Commands that this server has turned out not to know.
    package var unknownCommands: Set<String> = []

    package init(
        size: Size, now: Now, format: LocalFormat, language: Language, ownNumber: String? = nil,
        keyChanges: [KeyChange] = []
    ) throws(KeymapError) {
        self.size = size
        self.now = now
        self.format = format
        self.ownNumber = ownNumber
        let texts = ConsoleText.table(language)
        self.texts = texts
        keys = try ConsoleKeys.map(texts).rebound(keyChanges)
    }

    /// The calls for the loops: those of the own phone, or all.
    package var ownCalls: [CallSnapshot] {
        let calls = exchange.callsInOrder
        guard let ownNumber else { return calls }
        return calls.filter { $0.involves(ownNumber) }
    }

    /// The call in the chosen loop, or the only one there is.
    package var chosenCall: CallSnapshot? {
        if let loop = switchboard.loop { return loops.places[loop].flatMap { exchange.calls[$0] } }
        let taken = loops.places.compactMap(\.self)
        return taken.count == 1 ? exchange.calls[taken[0]] : nil
    }

    /// How long a notice stands, if no key is pressed: what it says may not be so any more.
    static let noticeLength = Interval.seconds(10)

    package mutating func say(_ text: String, isError: Bool = false) {
        notice = Notice(text, isError: isError)
        noticeEnd = now.instant + Self.noticeLength
    }
}

/// Where the receptionist is on the switchboard.
package struct SwitchboardState: Hashable, Sendable {
    package var search = PromptState()
    package var people = ListState()
    /// `/` was pressed: digits are searched for, too, instead of picking loops.
    package var isSearchOpen = false
    /// The loop that commands act on, 0…5.
    package var loop: Int?

    package var isSearching: Bool { isSearchOpen || !search.isEmpty }
    /// Whether somebody in the directory is meant: by searching, or by going down the list.
    package var isChoosing: Bool { isSearching || people.selected > 0 }
}

/// The call whose messages are looked at.
package struct LadderState: Sendable {
    package var callID: String?
    package var report: WireTraceReport?
    /// Why there is no newer one, in words.
    package var failure: String?
    /// The screen that one step back leads to.
    package var origin = Screen.switchboard
}
