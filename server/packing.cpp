#include "server/packing.h"

#include <zlib.h>
#include <zstd.h>

#include "events/base/ensure.h"
#include "server/limits.h"

namespace server {
namespace {

// 15 bits of window; 16 more ask zlib for gzip's frame.
constexpr int gzip_window = 15 + 16;
// Levels at which compressing costs about as much as writing the JSON.
constexpr int gzip_level = 4;
constexpr int zstd_level = 3;

Bytef* bytes_of(std::string_view text) {
    // zlib's interface knows no const, but it only reads from `next_in`.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

base::Error bad_coding() {
    return {base::Fault::invalid, "E_BAD_CODING", "The body is not what Content-Encoding says."};
}

}  // namespace

// -- Packer ---------------------------------------------------------------------------------------

struct Packer::Stream {
    virtual ~Stream() = default;
    virtual std::string run(std::string_view piece, bool last) = 0;
};

struct Packer::Gzip final : Stream {
    Gzip() {
        ENSURE(deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) ==
                   Z_OK,
               "zlib takes these settings");
    }
    ~Gzip() override { deflateEnd(&stream); }
    std::string run(std::string_view piece, bool last) override {
        std::string out;
        stream.next_in = bytes_of(piece);
        stream.avail_in = static_cast<uInt>(piece.size());
        do {
            const std::size_t before = out.size();
            out.resize(before + limits::read_bytes);
            stream.next_out = bytes_of(std::string_view(out).substr(before));
            stream.avail_out = static_cast<uInt>(limits::read_bytes);
            deflate(&stream, last ? Z_FINISH : Z_SYNC_FLUSH);
            out.resize(out.size() - stream.avail_out);
        } while (stream.avail_out == 0);
        return out;
    }
    z_stream stream{};
};

struct Packer::Zstd final : Stream {
    Zstd() : context(ZSTD_createCCtx()) {
        ENSURE(context != nullptr, "there is memory for a compressor");
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, zstd_level);
    }
    ~Zstd() override { ZSTD_freeCCtx(context); }
    std::string run(std::string_view piece, bool last) override {
        std::string out;
        ZSTD_inBuffer in{piece.data(), piece.size(), 0};
        for (std::size_t left = 1; left > 0;) {
            const std::size_t before = out.size();
            out.resize(before + ZSTD_CStreamOutSize());
            ZSTD_outBuffer to{out.data() + before, ZSTD_CStreamOutSize(), 0};
            left = ZSTD_compressStream2(context, &to, &in, last ? ZSTD_e_end : ZSTD_e_flush);
            ENSURE(ZSTD_isError(left) == 0, "compressing bytes in memory does not fail");
            out.resize(before + to.pos);
        }
        return out;
    }
    ZSTD_CCtx* const context;
};

Packer::Packer(Coding coding) {
    ENSURE(coding != Coding::identity, "there is something to compress with");
    if (coding == Coding::gzip)
        stream_ = std::make_unique<Gzip>();
    else
        stream_ = std::make_unique<Zstd>();
}

Packer::~Packer() = default;

std::string Packer::add(std::string_view piece) {
    return piece.empty() ? std::string() : stream_->run(piece, false);
}

std::string Packer::finish() {
    return stream_->run({}, true);
}

std::string packed(Coding coding, std::string_view body) {
    if (coding == Coding::identity) return std::string(body);
    std::string out;
    if (coding == Coding::zstd) {
        out.resize(ZSTD_compressBound(body.size()));
        const std::size_t size =
            ZSTD_compress(out.data(), out.size(), body.data(), body.size(), zstd_level);
        ENSURE(ZSTD_isError(size) == 0, "compressing bytes in memory does not fail");
        out.resize(size);
        return out;
    }
    Packer packer(coding);
    out = packer.add(body);
    return out += packer.finish();
}

// -- Unpacker -------------------------------------------------------------------------------------

struct Unpacker::Stream {
    virtual ~Stream() = default;
    virtual base::Result<std::size_t> run() = 0;  ///< bytes put into `out`

    std::string_view in;
    std::string out = std::string(limits::read_bytes, '\0');
    bool complete = false;
};

struct Unpacker::Gzip final : Stream {
    Gzip() { ENSURE(inflateInit2(&stream, gzip_window) == Z_OK, "zlib takes these settings"); }
    ~Gzip() override { inflateEnd(&stream); }
    base::Result<std::size_t> run() override {
        stream.next_in = bytes_of(in);
        stream.avail_in = static_cast<uInt>(in.size());
        stream.next_out = bytes_of(out);
        stream.avail_out = static_cast<uInt>(out.size());
        // Several gzip members one after another are one body (RFC 1952, 2.2).
        if (complete && !in.empty() && inflateReset(&stream) != Z_OK) return bad_coding();
        if (!in.empty()) complete = false;
        const int result = inflate(&stream, Z_SYNC_FLUSH);
        complete = complete || result == Z_STREAM_END;
        // Nothing left to take is no fault: the rest is still to come.
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return bad_coding();
        in.remove_prefix(in.size() - stream.avail_in);
        return out.size() - stream.avail_out;
    }
    z_stream stream{};
};

struct Unpacker::Zstd final : Stream {
    Zstd() : context(ZSTD_createDCtx()) {
        ENSURE(context != nullptr, "there is memory for an expander");
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, limits::zstd_window_log_max);
    }
    ~Zstd() override { ZSTD_freeDCtx(context); }
    base::Result<std::size_t> run() override {
        ZSTD_inBuffer from{in.data(), in.size(), 0};
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        const std::size_t left = ZSTD_decompressStream(context, &to, &from);
        if (ZSTD_isError(left) != 0) return bad_coding();
        if (from.pos > 0 || to.pos > 0) complete = left == 0;
        in.remove_prefix(from.pos);
        return to.pos;
    }
    ZSTD_DCtx* const context;
};

Unpacker::Unpacker(Coding coding) {
    ENSURE(coding != Coding::identity, "there is something to expand");
    if (coding == Coding::gzip)
        stream_ = std::make_unique<Gzip>();
    else
        stream_ = std::make_unique<Zstd>();
}

Unpacker::~Unpacker() = default;

void Unpacker::add(std::string_view packed) {
    stream_->in = packed;
}

base::Result<std::string_view> Unpacker::next() {
    for (;;) {
        const std::size_t before = stream_->in.size();
        const auto produced = stream_->run();
        if (!produced) return produced.error();
        if (*produced > 0) return std::string_view(stream_->out).substr(0, *produced);
        // A frame may end, or a header pass, without a byte of content.
        if (stream_->in.empty() || stream_->in.size() == before) return std::string_view();
    }
}

bool Unpacker::complete() const {
    return stream_->complete;
}

}  // namespace server
