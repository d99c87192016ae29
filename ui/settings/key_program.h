#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

#include <QCoreApplication>
#include <QCoro/QCoroTask>

#include <optional>

namespace switchyard::ui {

//! The stored keys, through `swy key`: the window has no keyring of its own and never gets a key back. A key goes to
//! swy through a pipe. Calls do not block, end at the latest after their limit and go on if this object goes. Errors:
//! what swy says, as it says it; Unavailable where it cannot be started, Timeout, Limit.
class KeyProgram
{
    Q_DECLARE_TR_FUNCTIONS(switchyard::ui::KeyProgram)
public:
    enum class Place { Keyring, File };
    struct Key {
        QString name;
        Place place = Place::Keyring;
    };
    struct Limits {
        milliseconds look = std::chrono::seconds(15);
        milliseconds change = std::chrono::seconds(75); //!< above swy's own: the desktop may ask to unlock the keyring
    };

    explicit KeyProgram(QString program, Limits limits);
    static bool canName(const QString& name); //!< whether swy takes it as the name of a key

    QCoro::Task<Result<QList<Key>>> keys() const;
    QCoro::Task<Result<>> set(QString name, Secret key, Place place) const;
    QCoro::Task<Result<>> remove(QString name) const;

private:
    static QCoro::Task<Result<QByteArray>> run(QString program, QStringList words, std::optional<Secret> input,
                                               milliseconds limit);
    QString m_program;
    Limits m_limits;
};

} // namespace switchyard::ui
