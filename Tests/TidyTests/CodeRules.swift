/// Which files a rule looks at.
enum RuleScope {
    /// Everything below Sources.
    case sources
    /// Targets below the edges: no I/O, no clock, no lock, no randomness of their own.
    case pureSources
    /// Below Sources, except programs and the libraries that are their command lines.
    case sourcesWithoutConsole
    /// Sources, tests and test support.
    case everything

    func covers(_ file: Repository.File, layer: Layer?) -> Bool {
        switch self {
        case .everything: true
        case .sources: file.path.hasPrefix("Sources/")
        case .pureSources: file.path.hasPrefix("Sources/") && layer?.isPure == true
        case .sourcesWithoutConsole: file.path.hasPrefix("Sources/") && !Self.consoleTargets.contains(file.target)
        }
    }

    private static let consoleTargets: Set<String> = ["AdminCLI", "PBXServer", "pbxd", "pbxctl"]
}

/// One row: words that the code of a scope must not contain, and why.
struct CodeRule {
    let words: Set<String>
    let scope: RuleScope
    let reason: String
    /// What must follow the word for the rule to apply: `(` for a call, `!` for a forced form.
    var after: Character?
    /// Targets in which the words are at home.
    var homes: Set<String> = []

    static let all: [CodeRule] = [
        CodeRule(words: ["public"], scope: .sources, reason: "we ship programs, not libraries: use package"),
        CodeRule(
            words: ["try", "as"], scope: .everything,
            reason: "bad input is an error, never a crash: handle the failure",
            after: "!"),
        CodeRule(
            words: ["fatalError", "abort", "assertionFailure"], scope: .sources,
            reason: "no packet, file or command may trap the daemon: throw, or preconditionFailure with a sentence",
            after: "("),
        CodeRule(
            words: ["sleep", "usleep", "nanosleep"], scope: .everything,
            reason: "nothing waits by the wall clock: wait for the event with a deadline", after: "("),
        CodeRule(
            words: ["print", "debugPrint", "dump"], scope: .sourcesWithoutConsole,
            reason: "machines report through effects and edges through errors; the driver logs", after: "("),
        CodeRule(
            words: [
                "Date", "ContinuousClock", "SuspendingClock", "DispatchTime", "NIODeadline", "clock_gettime",
                "gettimeofday", "time",
            ], scope: .pureSources, reason: "time is an argument: take `now`", after: "("),
        CodeRule(
            words: ["ContinuousClock", "SuspendingClock", "DispatchTime", "NIODeadline"], scope: .pureSources,
            reason: "time is an argument: take `now`", after: "."),
        CodeRule(
            words: ["SystemRandomNumberGenerator", "SystemRandom", "arc4random", "getrandom"], scope: .pureSources,
            reason: "randomness is injected: take a RandomSource", homes: ["PBXBase"]),
        CodeRule(
            words: ["Mutex", "NIOLock", "NIOLockedValueBox", "pthread_mutex_t", "Atomic", "DispatchQueue", "Thread"],
            scope: .pureSources, reason: "one owner per state: no lock, queue or thread below the edges"),
        CodeRule(
            words: ["Task", "withTaskGroup", "AsyncStream", "await", "async"], scope: .pureSources,
            reason: "machines are synchronous: no task below the edges"),
        CodeRule(
            words: [
                "UnsafePointer", "UnsafeMutablePointer", "UnsafeRawPointer", "UnsafeMutableRawPointer",
                "UnsafeBufferPointer", "UnsafeMutableBufferPointer", "UnsafeRawBufferPointer",
                "UnsafeMutableRawBufferPointer", "OpaquePointer", "Unmanaged", "unsafeBitCast",
            ], scope: .sources, reason: "pointers stay in the media plane and at the C edge: use Span",
            homes: ["MediaEngine", "MediaSecurity", "PBXConfig", "AudioIO"]),
        CodeRule(
            words: ["unchecked"], scope: .sources,
            reason: "sharing is proved by the compiler, except for rings, which prove it in a comment",
            homes: ["MediaEngine", "PBXBase"]),
    ]
}

/// A place where a rule does not hold, with the reason; one that matches nothing any more is a finding itself.
struct Allowance {
    let path: String
    let word: String
    let reason: String
}

extension CodeRule {
    /// Every banned word in `file`, except where `allowances` say otherwise.
    static func findings(
        in file: Repository.File, layer: Layer?, rules: [CodeRule] = all, allowances: [Allowance] = []
    ) -> [Finding] {
        let active = rules.filter { $0.scope.covers(file, layer: layer) && !$0.homes.contains(file.target) }
        let allowed = Set(allowances.filter { $0.path == file.path }.map(\.word))
        return SwiftText(file.text).words.flatMap { word in
            active.compactMap { rule in
                guard rule.words.contains(word.name), rule.after == nil || rule.after == word.after,
                    !allowed.contains(word.name), !isMemberName(word)
                else { return nil }
                return Finding(file: file.path, line: word.line, message: "\(word.name): \(rule.reason)")
            }
        }
    }

    /// `.open` is somebody's enum case and `Task.sleep(` a call all the same: only waiting counts after a dot.
    private static func isMemberName(_ word: SwiftText.Word) -> Bool {
        word.before == "." && !word.name.hasSuffix("sleep")
    }
}
