import CSRTP
import MediaControl

/// One direction of libsrtp2 under the same keys: what our contexts are compared with.
final class ReferenceSRTP {
    private static let isReady = srtp_init() == srtp_err_status_ok
    private var session: srtp_t?

    init(_ keys: SRTPKeys, isSending: Bool) throws {
        guard Self.isReady else { throw Refusal.failed }
        var policy = srtp_policy_t()
        switch keys.profile {
        case .aesCM128HMACSHA1Tag80:
            srtp_crypto_policy_set_rtp_default(&policy.rtp)
            srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
        case .aesCM128HMACSHA1Tag32:
            srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp)
            srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
        case .aeadAES128GCM:
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
        case .aeadAES256GCM:
            srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp)
            srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp)
        }
        policy.ssrc.type = isSending ? ssrc_any_outbound : ssrc_any_inbound
        policy.window_size = 128
        var secret = keys.keyAndSalt
        let status = secret.withUnsafeMutableBufferPointer { bytes in
            policy.key = bytes.baseAddress
            return srtp_create(&session, &policy)
        }
        guard status == srtp_err_status_ok else { throw Refusal.failed }
    }

    deinit { srtp_dealloc(session) }

    enum Refusal: Error { case failed }

    func protectRTP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPVerdict) -> Int {
        var length = Int32(count)
        return try SRTPVerdict.check(srtp_protect(session, buffer.baseAddress, &length), length)
    }

    func unprotectRTP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPVerdict) -> Int {
        var length = Int32(count)
        return try SRTPVerdict.check(srtp_unprotect(session, buffer.baseAddress, &length), length)
    }

    func protectRTCP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPVerdict) -> Int {
        var length = Int32(count)
        return try SRTPVerdict.check(srtp_protect_rtcp(session, buffer.baseAddress, &length), length)
    }

    func unprotectRTCP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPVerdict) -> Int {
        var length = Int32(count)
        return try SRTPVerdict.check(srtp_unprotect_rtcp(session, buffer.baseAddress, &length), length)
    }
}

/// Why a packet was refused, in words that both sides share.
enum SRTPVerdict: Error, Hashable {
    case unauthentic, replayed, tooOld
    case other(UInt32)

    static func check(_ status: srtp_err_status_t, _ length: Int32) throws(SRTPVerdict) -> Int {
        switch status {
        case srtp_err_status_ok: return Int(length)
        case srtp_err_status_auth_fail: throw .unauthentic
        case srtp_err_status_replay_fail: throw .replayed
        case srtp_err_status_replay_old: throw .tooOld
        default: throw .other(status.rawValue)
        }
    }
}
