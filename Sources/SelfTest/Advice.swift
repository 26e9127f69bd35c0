import ControlProtocol
import ControlSocket
import PBXBase

/// From what a phone of the self-test ran into to words and a way out.
enum Advice {
    static func listener(_ error: any Error, _ name: String) -> StepFailure {
        switch error {
        case PhoneFailure.noAnswer(let seconds):
            StepFailure(
                "\(name) did not answer OPTIONS within \(seconds) s",
                hint: "a firewall may block the SIP port even on this machine (see \"nft list ruleset\")")
        case PhoneFailure.refused(let status, let phrase):
            StepFailure("\(name) answered OPTIONS with \(status) \(phrase)", hint: log)
        default: general(error)
        }
    }

    static func registration(_ error: any Error) -> StepFailure {
        switch error {
        case PhoneFailure.noAnswer(let seconds):
            StepFailure("REGISTER got no answer within \(seconds) s", hint: log)
        case PhoneFailure.refused(let status, let phrase):
            StepFailure("registration refused with \(status) \(phrase)", hint: registrationHint(status))
        default: general(error)
        }
    }

    private static func registrationHint(_ status: Int) -> String {
        switch status {
        case 401, 407: "the realm may have changed meanwhile: run the self-test again"
        case 503: "the daemon is full: compare pbxctl status with [limits]"
        default: log
        }
    }

    static func unregistration(_ error: any Error, _ number: String) -> StepFailure {
        StepFailure("\(number) could not be unregistered: \(general(error).finding)", hint: log)
    }

    static func call(_ error: any Error, _ loan: BeginSelfTestCommand.Reply) -> StepFailure {
        switch error {
        case PhoneFailure.noAnswer(let seconds):
            StepFailure("nothing came of the call within \(seconds) s", hint: log)
        case PhoneFailure.refused(let status, let phrase):
            StepFailure("call refused with \(status) \(phrase)", hint: callHint(status, loan))
        case PhoneFailure.unusableDescription(let problem):
            StepFailure(
                "session description is of no use: \(problem)", hint: "allow PCMA or PCMU in media.codecs")
        default: general(error)
        }
    }

    private static func callHint(_ status: Int, _ loan: BeginSelfTestCommand.Reply) -> String {
        switch status {
        case 415, 488: "allow PCMA or PCMU in media.codecs"
        case 503:
            "the daemon is full, is stopping, or has no free media port (\(loan.mediaPorts)): see pbxctl status"
        default: log
        }
    }

    /// What may keep audio away.
    static func audio(_ figures: AudioFigures, _ said: PhoneHearing, _ loan: BeginSelfTestCommand.Reply) -> String {
        guard figures.packetsReceived == 0 else {
            return "the machine may be overloaded, or drop packets: see pbxctl status and \"netstat -su\""
        }
        if let problem = said.sendProblem {
            return "this machine refuses to send to \(said.target): \(problem); "
                + "let UDP ports \(loan.mediaPorts) through its firewall (see \"nft list ruleset\")"
        }
        if let target = said.audioTarget?.address, target.description != loan.address {
            return "phones are told to send audio to \(target), which may not lead here: check media.advertised and "
                + "media.addresses, and let UDP ports \(loan.mediaPorts) through the firewall"
        }
        return "audio for \(said.target) is blocked: let UDP ports \(loan.mediaPorts) (media.ports) through this "
            + "machine's firewall (see \"nft list ruleset\")"
    }

    static func general(_ error: any Error) -> StepFailure {
        switch error {
        case let failure as StepFailure: failure
        case let failure as ControlFailure: StepFailure(failure.message, hint: failure.hint)
        case let error as ControlSocketError: StepFailure(error.message, hint: error.hint)
        case PhoneFailure.noAnswer(let seconds): StepFailure("no answer within \(seconds) s", hint: log)
        case PhoneFailure.refused(let status, let phrase): StepFailure("refused with \(status) \(phrase)", hint: log)
        case PhoneFailure.unusableDescription(let problem):
            StepFailure("session description is of no use: \(problem)", hint: log)
        case PhoneFailure.unreachable(let problem): StepFailure(problem, hint: "check this machine's network")
        case PhoneFailure.ended: StepFailure("the server ended the call", hint: log)
        default: StepFailure("\(error)")
        }
    }

    /// A call that cannot be recorded cannot end either.
    static let store = "look for the store in the daemon's log, and at free disk space"
    private static let log = "see the daemon's log; \"pbxctl log-level debug\" makes it say more"
}

extension PhoneHearing {
    fileprivate var target: String { audioTarget.map(\.description) ?? "nowhere" }
}
