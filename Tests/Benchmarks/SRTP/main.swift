// What protecting and unprotecting one RTP packet costs, per profile, against libsrtp2 on the same packets in the same
// run. Exit status 1 when we are slower than the threshold says.
//
//     swift run -c release SRTPBenchmark [payload bytes] [packets] [rounds]
import CSRTP
import Glibc
import MediaControl
import MediaSecurity
import PBXBase

/// Checked in: our cost over libsrtp2's, whose build in Debian is slow at counter mode with HMAC.
let ratioMax: [SRTPProfile: Double] = [
    .aesCM128HMACSHA1Tag80: 0.25, .aesCM128HMACSHA1Tag32: 0.25, .aeadAES128GCM: 0.5, .aeadAES256GCM: 0.5,
]

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let payloadBytes = max(0, min(1_400, arguments.first ?? 160))
let packets = max(1, min(60_000, arguments.dropFirst().first ?? 50_000))
let rounds = max(1, arguments.dropFirst(2).first ?? 9)

/// Numbered packets, one behind the other; a round goes through all of them.
struct PacketField {
    static let slotBytes = 1_600
    let bytes: UnsafeMutableRawBufferPointer
    let lengths: UnsafeMutableBufferPointer<Int>

    init() {
        bytes = .allocate(byteCount: Self.slotBytes * packets, alignment: 64)
        lengths = .allocate(capacity: packets)
    }

    func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: bytes[index * Self.slotBytes..<(index + 1) * Self.slotBytes])
    }

    /// Fresh plain packets.
    func fill() {
        for index in 0..<packets {
            let slot = slot(index)
            for offset in 0..<12 + payloadBytes { slot[offset] = UInt8(truncatingIfNeeded: offset &* 7) }
            slot[0] = 0x80
            slot[1] = 8
            slot.storeBytes(of: UInt16(index).bigEndian, toByteOffset: 2, as: UInt16.self)
            lengths[index] = 12 + payloadBytes
        }
    }

    /// Nanoseconds of this thread's processor time per packet.
    func measure(_ body: (UnsafeMutableRawBufferPointer, Int) -> Int) -> Double {
        let before = processorNanoseconds()
        for index in 0..<packets { lengths[index] = body(slot(index), lengths[index]) }
        return Double(processorNanoseconds() - before) / Double(packets)
    }

    private func processorNanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

struct BenchmarkError: Error {
    let step: String
}

/// libsrtp2 under the same keys.
func referenceSession(_ keys: SRTPKeys, isSending: Bool) throws -> srtp_t {
    var policy = srtp_policy_t()
    switch keys.profile {
    case .aesCM128HMACSHA1Tag80: srtp_crypto_policy_set_rtp_default(&policy.rtp)
    case .aesCM128HMACSHA1Tag32: srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp)
    case .aeadAES128GCM: srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
    case .aeadAES256GCM: srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp)
    }
    policy.rtcp = policy.rtp
    policy.ssrc.type = isSending ? ssrc_any_outbound : ssrc_any_inbound
    policy.window_size = 128
    var secret = keys.keyAndSalt
    var session: srtp_t?
    let status = secret.withUnsafeMutableBufferPointer { bytes in
        policy.key = bytes.baseAddress
        return srtp_create(&session, &policy)
    }
    guard status == srtp_err_status_ok, let session else { throw BenchmarkError(step: "srtp_create") }
    return session
}

struct Figures {
    var protect: [Double] = []
    var unprotect: [Double] = []

    var sum: Double { median(protect) + median(unprotect) }
    var text: String { "\(microseconds(median(protect))) / \(microseconds(median(unprotect)))" }
}

func median(_ figures: [Double]) -> Double { figures.sorted()[figures.count / 2] }
func microseconds(_ nanoseconds: Double) -> String { "\((nanoseconds / 10).rounded() / 100)" }

func measureOurs(_ keys: SRTPKeys, _ field: PacketField, into figures: inout Figures) throws {
    var sender = try SRTPContext(keys, .sending)
    var receiver = try SRTPContext(keys, .receiving)
    field.fill()
    figures.protect.append(field.measure { (try? sender.protectRTP($0, count: $1)) ?? 0 })
    figures.unprotect.append(field.measure { (try? receiver.unprotectRTP($0, count: $1)) ?? 0 })
    guard field.lengths.allSatisfy({ $0 == 12 + payloadBytes }) else { throw BenchmarkError(step: "our own packets") }
}

func measureReference(_ keys: SRTPKeys, _ field: PacketField, into figures: inout Figures) throws {
    let sender = try referenceSession(keys, isSending: true)
    let receiver = try referenceSession(keys, isSending: false)
    defer {
        srtp_dealloc(sender)
        srtp_dealloc(receiver)
    }
    field.fill()
    figures.protect.append(
        field.measure { slot, count in
            var length = Int32(count)
            return srtp_protect(sender, slot.baseAddress, &length) == srtp_err_status_ok ? Int(length) : 0
        })
    figures.unprotect.append(
        field.measure { slot, count in
            var length = Int32(count)
            return srtp_unprotect(receiver, slot.baseAddress, &length) == srtp_err_status_ok ? Int(length) : 0
        })
    guard field.lengths.allSatisfy({ $0 == 12 + payloadBytes }) else {
        throw BenchmarkError(step: "libsrtp2's packets")
    }
}

func run() throws -> Bool {
    guard srtp_init() == srtp_err_status_ok else { throw BenchmarkError(step: "srtp_init") }
    let field = PacketField()
    var isPassed = true
    print("µs of CPU to protect / unprotect a packet of \(12 + payloadBytes) bytes, median of \(rounds) rounds")
    for profile in SRTPProfile.allCases {
        var random = SystemRandom()
        let keys = SRTPKeys(profile: profile, from: &random)
        var ours = Figures()
        var reference = Figures()
        for _ in 0..<rounds {
            try measureOurs(keys, field, into: &ours)
            try measureReference(keys, field, into: &reference)
        }
        let ratio = ours.sum / reference.sum
        let limit = ratioMax[profile] ?? 1
        isPassed = isPassed && ratio <= limit
        let verdict = ratio <= limit ? "passed" : "failed"
        print("\(profile.suiteName): ours \(ours.text), libsrtp2 \(reference.text),", terminator: " ")
        print("ratio \((ratio * 100).rounded() / 100), at most \(limit): \(verdict)")
    }
    return isPassed
}

do {
    exit(try run() ? 0 : 1)
} catch {
    print("srtp benchmark failed: \(error)")
    exit(1)
}
