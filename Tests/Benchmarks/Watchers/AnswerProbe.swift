import Foundation
import SystemTestKit

/// How long the exchange takes to answer, as a caller feels it: an INVITE without credentials is challenged at once, by
/// the same loop that handles every call.
enum AnswerProbe {
    private static let pauseSeconds = 0.05

    /// Milliseconds to each answer; one that never came counts as a second.
    static func run(to port: UInt16, seconds: Int) -> [Double] {
        guard let socket = try? LoopbackSocket(.udp, to: port) else { return [] }
        let end = ProcessTime.now + Double(seconds)
        var times: [Double] = []
        while ProcessTime.now < end {
            let invite = RawMessage.request("INVITE", user: "201", from: socket.localPort)
            let began = ProcessTime.now
            guard (try? socket.send(invite)) != nil else { break }
            let answer = socket.receive(within: 1)
            times.append((ProcessTime.now - began) * 1_000)
            if let answer { try? socket.send(acknowledgement(of: invite, answer)) }
            // Nothing more comes: this is the pause.
            _ = socket.receive(within: pauseSeconds)
        }
        return times
    }

    /// RFC 3261 §17.1.1.3: with the branch of the INVITE and the To of its answer.
    private static func acknowledgement(of invite: String, _ answer: String) -> String {
        let to = answer.split(separator: "\r\n").first { $0.hasPrefix("To:") }.map(String.init) ?? "To: <sip:nobody>"
        return invite.split(separator: "\r\n", omittingEmptySubsequences: false).map { line -> String in
            if line.hasPrefix("INVITE ") { return String(line.replacing("INVITE ", with: "ACK ")) }
            if line.hasPrefix("CSeq:") { return "CSeq: 1 ACK" }
            return line.hasPrefix("To:") ? to : String(line)
        }.joined(separator: "\r\n")
    }
}

enum ProcessTime {
    /// Seconds on the monotonic clock.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// CPU time that all threads of a process have had so far.
    static func cpuSeconds(of pid: Int32) -> Double {
        let folder = "/proc/\(pid)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.reduce(0) { sum, thread in
            let text = (try? String(contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8)) ?? ""
            return sum + (text.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1e9
        }
    }
}
