#pragma once

#include "base/result.h"

#include <QByteArrayView>
#include <QString>

#include <memory>
#include <optional>

namespace switchyard::ui {

struct SearchPattern {
    QString text;
    bool regex = false;
    bool caseSensitive = false;
    bool operator==(const SearchPattern&) const = default;
};

struct Match {
    qsizetype start = 0, length = 0; //!< bytes
    qsizetype end() const { return start + length; }
    bool operator==(const Match&) const = default;
};

//! A search pattern made ready to run over bytes. Plain ASCII text goes through a vector loop, everything else through
//! PCRE2 (compiled to machine code where it can be). Matches lie within one line and are never empty.
//! Immutable: any number of threads may share one; each needs a Scanner of its own.
class Matcher
{
public:
    //! Invalid for an empty text or a wrong regular expression; the message says where.
    static Result<std::shared_ptr<const Matcher>> compile(const SearchPattern& pattern);
    ~Matcher();
    Q_DISABLE_COPY_MOVE(Matcher)

private:
    friend class Scanner;
    struct Program;
    explicit Matcher(std::unique_ptr<Program> program);
    std::unique_ptr<Program> m_program;
};

class Scanner
{
public:
    explicit Scanner(std::shared_ptr<const Matcher> matcher);
    ~Scanner();
    Q_DISABLE_COPY_MOVE(Scanner)
    //! The first match at or after `from`. The text is whole lines; an expression that takes too long on a line is
    //! given up for that line (see gaveUp()).
    std::optional<Match> find(QByteArrayView text, qsizetype from = 0);
    qint64 count(QByteArrayView text);
    bool gaveUp() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace switchyard::ui
