/// Offers in the manner of the phones we meet, written by hand, with LF for CRLF.
enum PeerOffers {
    static let baresip = """
        v=0
        o=- 1402066301 233742311 IN IP4 192.0.2.10
        s=-
        c=IN IP4 192.0.2.10
        t=0 0
        a=tool:baresip 3.1.0
        m=audio 21318 RTP/AVP 96 0 8 101
        b=AS:125
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 stereo=1;sprop-stereo=1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtcp:21319
        a=sendrecv
        a=label:1
        a=rtcp-rsize
        a=ssrc:1208397446 cname:sip:101@pbx.example
        a=ptime:20

        """

    static let linphone = """
        v=0
        o=101 3219 1837 IN IP4 192.0.2.11
        s=Talk
        c=IN IP4 192.0.2.11
        t=0 0
        a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
        a=record:off
        m=audio 7078 RTP/AVP 96 97 98 0 8 18 101 99 100
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 useinbandfec=1
        a=rtpmap:97 speex/16000
        a=fmtp:97 vbr=on
        a=rtpmap:98 speex/8000
        a=fmtp:98 vbr=on
        a=fmtp:18 annexb=yes
        a=rtpmap:101 telephone-event/48000
        a=rtpmap:99 telephone-event/16000
        a=rtpmap:100 telephone-event/8000
        a=rtcp:33371
        a=rtcp-fb:* trr-int 1000
        a=rtcp-fb:* ccm tmmbr
        m=video 9078 RTP/AVPF 96 97
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 H264/90000
        a=fmtp:97 profile-level-id=42801F

        """

    static let sipp = """
        v=0
        o=user1 53655765 2353687637 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        m=audio 6000 RTP/AVP 0
        a=rtpmap:0 PCMU/8000

        """

    static let grandstream = """
        v=0
        o=101 8000 8000 IN IP4 192.0.2.12
        s=SIP Call
        c=IN IP4 192.0.2.12
        t=0 0
        m=audio 5004 RTP/AVP 0 8 9 18 97 101
        a=sendrecv
        a=rtcp:5005 IN IP4 192.0.2.12
        a=rtpmap:0 PCMU/8000
        a=ptime:20
        a=rtpmap:8 PCMA/8000
        a=rtpmap:9 G722/8000
        a=rtpmap:18 G729/8000
        a=fmtp:18 annexb=no
        a=rtpmap:97 iLBC/8000
        a=fmtp:97 mode=30
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15

        """

    /// Everything in the session part that may stand there, no rtpmap for static numbers, spaces at line ends.
    static let cisco = """
        v=0
        o=Cisco-SIPUA 21337 0 IN IP4 192.0.2.13
        s=SIP Call
        b=AS:4064
        t=0 0
        m=audio 20482 RTP/AVP 9 0 8 116 18 13 101 
        c=IN IP4 192.0.2.13
        b=TIAS:64000
        a=rtpmap:116 iLBC/8000
        a=fmtp:116 mode=20
        a=fmtp:18 annexb=yes
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-16
        a=sendrecv

        """

    static let browser = """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=extmap-allow-mixed
        a=msid-semantic: WMS stream
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:EsAw
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
        a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:\
        B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F
        a=setup:actpass
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000

        """

    static let version6 = """
        v=0
        o=- 7 9 IN IP6 2001:db8::7
        s=-
        c=IN IP6 2001:db8::7
        t=0 0
        m=audio 40000 RTP/AVPF 8
        a=recvonly

        """

    static let all = [baresip, linphone, sipp, grandstream, cisco, browser, version6]
}

/// The wire form of lines that people read.
func wire(_ text: String) -> [UInt8] {
    Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
}

/// The other way round.
func lines(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
}
