import SystemTestKit

/// What may become of a call at the switchboard.
enum CallOutcome: CaseIterable {
    case hungUp, transferred, transferRefused, asked, askedAndRefused, askedAndBack, swapped, parked, paged
    case pulledBack, wrongNumber, raceToAnswer, raceToHandle, givenUp, declined, givenUpWhileParked, threeWay, held

    /// Has it happen; returns the call and where its caller ends.
    func happens(in office: ReceptionOffice) throws -> (call: String, fate: CallFate) {
        switch self {
        case .raceToAnswer: return try raceToAnswer(office)
        case .givenUp:
            let call = try office.ring()
            try office.desk.console.wait(for: "● for you")
            try office.callerHangsUp()
            return (call, CallFate(cause: "cancelled"))
        case .declined:
            let call = try office.ring()
            try office.desk.console.wait(for: "● for you")
            try office.desk.console.press("C-x")
            try office.callerIs("ended")
            return (call, CallFate(cause: "declined"))
        default:
            let call = try office.ring()
            try office.desk.answers()
            try office.callerIs("active")
            return (call, try goesOn(call, office))
        }
    }

    private func goesOn(_ call: String, _ office: ReceptionOffice) throws -> CallFate {
        switch self {
        case .transferred, .transferRefused, .pulledBack, .wrongNumber: return try handsOver(office)
        case .asked, .askedAndRefused, .askedAndBack, .swapped, .threeWay: return try asks(office)
        case .parked, .paged, .givenUpWhileParked: return try parks(call, office)
        case .raceToHandle: return try raceToHandle(call, office)
        case .held:
            try office.desk.console.press("F7")
            try office.desk.console.wait(for: "‖ on hold")
            try office.desk.console.press("F7")
            try office.desk.console.wait(for: "▶ talking")
            return try hangsUp(office)
        default: return try hangsUp(office)
        }
    }

    private func hangsUp(_ office: ReceptionOffice) throws -> CallFate {
        try office.desk.console.press("C-x")
        try office.callerIs("ended")
        return CallFate(office.desk.number, cause: nil)
    }

    /// The caller speaks with the colleague until he hangs up.
    private func speaksWithColleague(_ office: ReceptionOffice) throws -> CallFate {
        try office.waitForCalls(1)
        try office.callerHangsUp()
        return CallFate(ReceptionOffice.colleagueNumber)
    }

    private func handsOver(_ office: ReceptionOffice) throws -> CallFate {
        let desk = office.desk
        switch self {
        case .transferred:
            let mark = office.colleague.mark
            try desk.finds(ReceptionOffice.colleagueNumber)
            try desk.console.press("F9")
            try office.colleagueAnswers(after: mark)
            return try speaksWithColleague(office)
        case .transferRefused:
            let mark = office.refuser.mark
            try desk.finds(ReceptionOffice.refuserNumber)
            try desk.console.press("F9")
            try office.refuses(after: mark)
            try desk.answers()
            return try hangsUp(office)
        case .pulledBack:
            let mark = office.sleeper.mark
            try desk.finds(ReceptionOffice.sleeperNumber)
            try desk.console.press("F9")
            try office.sleeper.waitForEvent(#""state":"incoming""#, after: mark)
            try desk.console.press("C-z")
            try desk.answers()
            return try hangsUp(office)
        default:
            try desk.commands("transfer 999")
            try desk.console.wait(for: "! transfer")
            try desk.console.wait(for: "▶ talking")
            return try hangsUp(office)
        }
    }

    private func asks(_ office: ReceptionOffice) throws -> CallFate {
        let desk = office.desk
        if self == .askedAndRefused {
            let mark = office.refuser.mark
            try desk.finds(ReceptionOffice.refuserNumber)
            try desk.console.press("Enter")
            try office.refuses(after: mark)
            try office.waitForCalls(1)
            try desk.console.wait(for: "▶ talking")
            return try hangsUp(office)
        }
        let mark = office.colleague.mark
        try desk.finds(ReceptionOffice.colleagueNumber)
        try desk.console.press("Enter")
        try office.colleagueAnswers(after: mark)
        try desk.console.wait(for: "▶ asked")
        switch self {
        case .askedAndBack:
            try desk.console.press("C-x")
            try office.waitForCalls(1)
            try desk.console.wait(for: "▶ talking")
            return try hangsUp(office)
        case .swapped:
            try desk.chooses("‖ waits")
            try desk.console.wait(for: "▶ talking")
            try desk.chooses("‖ waits")
            try desk.console.wait(for: "▶ asked")
            try desk.console.press("Enter")
        case .threeWay:
            try desk.console.press("C-e")
            try desk.console.wait(for: "three-way")
            try desk.phone.hangUp()
        default: try desk.console.press("Enter")
        }
        return try speaksWithColleague(office)
    }

    private func parks(_ call: String, _ office: ReceptionOffice) throws -> CallFate {
        let desk = office.desk
        if self == .paged {
            let mark = office.colleague.mark
            try desk.finds(ReceptionOffice.colleagueNumber)
            try desk.console.press("C-g")
            try office.colleagueAnswers(after: mark)
            // The call to the colleague is in the loop now, and the parked one is not.
            try desk.console.wait(for: "\(ReceptionOffice.colleagueNumber)        ▶ talking")
            try desk.console.press("C-x")
        } else {
            try desk.console.press("F8")
        }
        let slot = try office.parkedSlot(of: call)
        try office.waitForCalls(1)
        if self == .givenUpWhileParked {
            try office.callerHangsUp()
            return CallFate(desk.number)
        }
        try office.colleague.dial(slot)
        try Waiting.until("the parked call to be fetched") {
            try !office.daemon.control("calls", "show", call).output.contains("parked at")
        }
        return try speaksWithColleague(office)
    }

    /// Both receptionists want the call of the group.
    private func raceToAnswer(_ office: ReceptionOffice) throws -> (call: String, fate: CallFate) {
        let call = try office.ring("500")
        let keys = try [office.desk, office.secondDesk].map { try $0.loop(of: "● for you") }
        try office.desk.console.press(keys[0])
        try office.secondDesk.console.press(keys[1])
        try office.callerIs("active")
        try office.callerHangsUp()
        return (call, CallFate(office.desk.number, office.secondDesk.number))
    }

    /// One hands the call over while another parks it: one of them wins, and the caller is with somebody.
    private func raceToHandle(_ call: String, _ office: ReceptionOffice) throws -> CallFate {
        try office.desk.finds(ReceptionOffice.colleagueNumber)
        let other = try ChildProcess(
            try Programs.ours("pbxctl"), ["--socket", office.daemon.controlSocket, "park", call])
        try office.desk.console.press("F9")
        _ = try other.waitForExit()
        try Waiting.until("the caller to be parked or with the colleague") {
            let shown = try office.daemon.control("calls", "show", call).output
            return shown.contains("parked at") || shown.contains("by \(ReceptionOffice.colleagueNumber)")
        }
        try office.callerHangsUp()
        return CallFate(office.desk.number, ReceptionOffice.colleagueNumber)
    }
}
