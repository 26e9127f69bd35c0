package import PBXBase
package import TerminalUI

/// The pages, in the order of their tabs.
package enum PhonePage: String, Hashable, Sendable, CaseIterable {
    case phone, history, book, log, help
}

/// What is open above a page and takes the keys.
package enum PhoneOverlay: Hashable, Sendable {
    /// The `:` line.
    case command(PromptState)
    /// Leaving ends calls: asks first.
    case leaving
    /// The line that this one is to be connected with is to be named.
    case partner(of: LineNumber)
}

/// A call as the screen knows it.
package struct PhoneLine: Hashable, Sendable {
    package var summary: LineSummary
    package var began: WallTime
    package var answeredAt: WallTime?
    /// The latest digits that were sent to the peer.
    package var sentDigits = ""
    /// A transfer is under way.
    package var isTransferring = false

    /// Digits that are shown.
    static let sentDigitsMax = 24

    package var isAnswered: Bool { summary.state == .active || summary.state == .held }
}

/// Lines that are connected with each other and left: the transferred one and its partner.
package struct ConnectedLines: Hashable, Sendable {
    package var transferred: LineNumber
    package var partner: LineNumber
}

/// An account as the screen knows it.
package struct PhoneAccountState: Hashable, Sendable {
    package enum Registration: Hashable, Sendable {
        /// Calls go through the server, which is not told where we are.
        case off
        case registering
        case registered
        /// `since`: the first failure after it was all right, or at all.
        case lost(since: WallTime, reason: String, isFinal: Bool)
    }

    /// `101@pbx.example`.
    package var name: String
    /// As the history names it.
    package var address: String { "sip:\(name)" }
    package var registration: Registration
    /// New and old messages in its mailbox, once they are known.
    package var messages: Messages?

    package struct Messages: Hashable, Sendable {
        package var new: Int
        package var old: Int
    }

    package init(name: String, registers: Bool) {
        self.name = name
        registration = registers ? .registering : .off
    }
}

/// What is being typed to be called, searched for, or transferred to.
package struct DialField: Hashable, Sendable {
    package enum Purpose: Hashable, Sendable {
        case call
        case transfer(LineNumber)
    }

    package var purpose = Purpose.call
    package var prompt = PromptState()
    package var isOpen = false
    /// Where the user stands among those found.
    package var people = ListState()
    /// Somebody in the list is meant, whatever is typed.
    package var hasChosen = false

    package init() {}
}

/// All that the phone's screen shows and remembers.
package struct PhoneScreenState: Sendable {
    /// Calls that have a place on the screen; further ones wait for one.
    package static let placesCount = 6

    package var size: Size
    package var now: Now
    package let format: LocalFormat
    package let texts: TextTable<PhoneText>
    package let keys: PhoneKeymap
    package let hasCard: Bool
    package let book: PhoneBook
    package var accounts: [PhoneAccountState]
    /// The account that calls are placed with.
    package var account = 0
    package var lines: [LineNumber: PhoneLine] = [:]
    package var places = StablePlaces<LineNumber>(count: placesCount)
    /// The line that the user has picked.
    package var picked: LineNumber?
    /// The two lines whose peers were asked to talk with each other.
    package var connecting: ConnectedLines?
    package var dial = DialField()
    package var page = PhonePage.phone
    package var overlay: PhoneOverlay?
    package var notice: Notice?
    package var lists: [PhonePage: ListState] = [:]
    package var commandHistory = PromptHistory()
    package var history: CallHistory
    package var log = EventLog()
    package var volumes = SoundVolumes()
    /// nil while nobody measures.
    package var levels: SoundLevels?
    package var lastDialled: String?

    package init(
        size: Size, now: Now, format: LocalFormat, language: Language, accounts: [PhoneAccountState],
        hasCard: Bool = true, book: PhoneBook = PhoneBook(), history: CallHistory = CallHistory(),
        keyChanges: [KeyChange] = []
    ) throws(KeymapError) {
        self.size = size
        self.now = now
        self.format = format
        self.accounts = accounts
        self.hasCard = hasCard
        self.book = book
        self.history = history
        let texts = PhoneText.table(language)
        self.texts = texts
        keys = try PhoneKeys.map(texts).rebound(keyChanges)
        lastDialled = history.latest.first { $0.isOutgoing }?.target
    }

    package mutating func say(_ text: String, isError: Bool = false) { notice = Notice(text, isError: isError) }
}

// What follows from it.
extension PhoneScreenState {
    /// Lines in the order of their places, those without one last.
    package var linesInOrder: [PhoneLine] {
        (places.places.compactMap(\.self) + places.waiting).compactMap { lines[$0] }
    }

    /// The line that commands act on: the picked one, else the one that talks, else the only one.
    package var currentLine: PhoneLine? {
        if let picked, let line = lines[picked] { return line }
        return talkingLine ?? (lines.count == 1 ? lines.values.first : nil)
    }

    /// The line whose peer hears us, the picked one first.
    package var talkingLine: PhoneLine? {
        if let picked, let line = lines[picked], line.summary.state == .active { return line }
        return linesInOrder.first { $0.summary.state == .active }
    }

    /// The line that Enter answers, and decline refuses.
    package var ringingLine: PhoneLine? {
        if let picked, let line = lines[picked], line.summary.state == .incoming { return line }
        return linesInOrder.first { $0.summary.state == .incoming }
    }

    package var answeredLines: [PhoneLine] { linesInOrder.filter(\.isAnswered) }

    /// The place that a line has on the screen, from 1; nil while it waits for one.
    package func place(of line: LineNumber) -> Int? { places.place(of: line).map { $0 + 1 } }

    /// Who is at the other end, by name if anybody knows it.
    package func name(of peer: PhonePeer) -> String { peer.name ?? book.name(of: peer.number) ?? peer.number }

    /// The first account whose registration is lost.
    package var lostAccount: PhoneAccountState? {
        accounts.first { if case .lost = $0.registration { true } else { false } }
    }

    package var newMessages: Int { accounts.reduce(0) { $0 + ($1.messages?.new ?? 0) } }
}
