#include "process/environment.h"

#include <algorithm>

namespace switchyard::process {

using namespace Qt::StringLiterals;

namespace {

// What programs need to find themselves, their user, their language and the network.
constexpr QLatin1StringView names[] = {
    "PATH"_L1,
    "HOME"_L1,
    "USER"_L1,
    "LOGNAME"_L1,
    "SHELL"_L1,
    "LANG"_L1,
    "LANGUAGE"_L1,
    "TZ"_L1,
    "TERM"_L1,
    "COLORTERM"_L1,
    "NO_COLOR"_L1,
    "TMPDIR"_L1,
    "EMAIL"_L1,
    "MAIL"_L1,
    "CI"_L1,
    "HTTP_PROXY"_L1,
    "HTTPS_PROXY"_L1,
    "FTP_PROXY"_L1,
    "ALL_PROXY"_L1,
    "NO_PROXY"_L1,
    "SSL_CERT_FILE"_L1,
    "SSL_CERT_DIR"_L1,
    "REQUESTS_CA_BUNDLE"_L1,
    "CURL_CA_BUNDLE"_L1,
    "NODE_EXTRA_CA_CERTS"_L1,
    // toolchains
    "CC"_L1,
    "CXX"_L1,
    "CFLAGS"_L1,
    "CXXFLAGS"_L1,
    "CPPFLAGS"_L1,
    "LDFLAGS"_L1,
    "PKG_CONFIG_PATH"_L1,
    "QT_DIR"_L1,
    "QTDIR"_L1,
    "JAVA_HOME"_L1,
    "MAVEN_OPTS"_L1,
    "M2_HOME"_L1,
    "ANDROID_HOME"_L1,
    "ANDROID_SDK_ROOT"_L1,
    "DOTNET_ROOT"_L1,
    "NVM_DIR"_L1,
    "NVM_BIN"_L1,
    "NODE_PATH"_L1,
    "NODE_ENV"_L1,
    "NPM_CONFIG_PREFIX"_L1,
    "PNPM_HOME"_L1,
    "BUN_INSTALL"_L1,
    "DENO_DIR"_L1,
    "VOLTA_HOME"_L1,
    "VIRTUAL_ENV"_L1,
    "PYENV_ROOT"_L1,
    "CONDA_PREFIX"_L1,
    "CONDA_DEFAULT_ENV"_L1,
    "POETRY_HOME"_L1,
    "UV_CACHE_DIR"_L1,
    "PIP_INDEX_URL"_L1,
    "CCACHE_DIR"_L1,
    "SCCACHE_DIR"_L1,
    "RBENV_ROOT"_L1,
    "GEM_HOME"_L1,
    "GEM_PATH"_L1,
    "GIT_AUTHOR_NAME"_L1,
    "GIT_AUTHOR_EMAIL"_L1,
    "GIT_COMMITTER_NAME"_L1,
    "GIT_COMMITTER_EMAIL"_L1,
    "GIT_CONFIG_GLOBAL"_L1,
};
constexpr QLatin1StringView prefixes[] = {"LC_"_L1,     "XDG_"_L1,    "CARGO_"_L1, "RUSTUP_"_L1,
                                          "GOLANG_"_L1, "GRADLE_"_L1, "CMAKE_"_L1, "DEBUGINFOD_"_L1};
constexpr QLatin1StringView goNames[] = {"GOPATH"_L1,  "GOROOT"_L1,  "GOPROXY"_L1,
                                         "GOFLAGS"_L1, "GOCACHE"_L1, "GOBIN"_L1};

// Doors out of the task, and what is one person's screen.
constexpr QLatin1StringView never[] = {"XDG_RUNTIME_DIR"_L1,   "XDG_SESSION_ID"_L1,   "XDG_SESSION_TYPE"_L1,
                                       "XDG_SESSION_CLASS"_L1, "XDG_SESSION_PATH"_L1, "XDG_SEAT"_L1,
                                       "XDG_SEAT_PATH"_L1,     "XDG_VTNR"_L1,         "XDG_ACTIVATION_TOKEN"_L1};

bool isSecretName(const QString& upper)
{
    return upper.contains("TOKEN"_L1) || upper.contains("SECRET"_L1) || upper.contains("PASSWORD"_L1) ||
           upper.contains("CREDENTIAL"_L1) || upper.endsWith("_KEY"_L1);
}

bool mayPass(const QString& name, const QString& value)
{
    const auto upper = name.toUpper(); // proxies come in both cases
    const auto is = [&](QLatin1StringView known) { return upper == known; };
    if (std::ranges::any_of(never, is) || isSecretName(upper) || value.startsWith("() {"_L1))
        return false;
    const auto startsWith = [&](QLatin1StringView prefix) { return name.startsWith(prefix); };
    return std::ranges::any_of(names, is) || std::ranges::any_of(goNames, is) ||
           std::ranges::any_of(prefixes, startsWith);
}

} // namespace

QProcessEnvironment childEnvironment(const QProcessEnvironment& ours)
{
    QProcessEnvironment result;
    for (const auto& name : ours.keys()) {
        if (const auto value = ours.value(name); mayPass(name, value))
            result.insert(name, value);
    }
    if (!result.contains(u"PATH"_s))
        result.insert(u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s);
    result.insert(u"PYTHONUNBUFFERED"_s, u"1"_s);
    result.insert(u"GIT_TERMINAL_PROMPT"_s, u"0"_s);
    return result;
}

} // namespace switchyard::process
