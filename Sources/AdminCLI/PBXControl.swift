import ArgumentParser
import PBXBase

/// `pbxctl`: the admin's command line. Each subcommand is a file in `Commands`; what it prints is a view in `Views`.
struct PBXControl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pbxctl",
        abstract: "watch and steer a running pbxd",
        discussion: """
            The daemon is found by --socket PATH, else by $PBX_X_SOCKET, else the demo that you have running, else at \
            /run/pbx-x/control.sock. Text is for people; --json prints the result as the daemon sent it. \
            Exit status: 0 done, 1 failed, 2 bad usage.
            """,
        version: "pbxctl \(ProductVersion.text)",
        subcommands: [
            Status.self, Calls.self, Registrations.self, Extensions.self, Records.self, Trace.self,
            Originate.self, SendFax.self, HangUp.self,
            Answer.self, Decline.self, Hold.self, Resume.self, Digits.self,
            Transfer.self, PullBack.self, Consult.self, Swap.self, ThreeWay.self, CancelConsultation.self, Join.self,
            ParkCall.self, ParkAndPage.self, Unpark.self, PickUp.self, Supervise.self, ChangeSupervision.self,
            Record.self, DoNotDisturb.self, Forward.self, Presence.self, Lookup.self, Note.self,
            Explain.self,
            Reload.self, Check.self, LogLevelSetting.self, Events.self, RunSelfTest.self,
            Completion.self,
        ])
}
