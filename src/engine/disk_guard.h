#pragma once

#include "engine/retention.h"

#include <QObject>
#include <QTimer>

namespace switchyard::engine {

//! Watches the room on the disks of our folders. When it falls below the setting, the output of finished tasks goes,
//! the oldest first; when that is not enough, nothing new may start. Looking and removing happen on a worker.
class DiskGuard : public QObject
{
    Q_OBJECT
public:
    DiskGuard(Paths paths, const Settings& settings, QObject* parent = nullptr);
    void start();
    void apply(const Settings& settings);

    //! What a look has found; blocks.
    struct Look {
        qint64 free = -1; //!< bytes on the fuller of the two disks; -1: not known
        QList<ShedLog> shed;
        bool enough = true;
    };
    static Look look(const Paths& paths, qint64 leastFree, qint64 keepBytes);

Q_SIGNALS:
    void roomChanged(const QString& why); //!< why nothing new may start; empty: there is room
    void shed(const QList<switchyard::engine::ShedLog>& logs);

private:
    void lookSoon();
    void take(const Look& found);
    const Paths m_paths;
    Settings m_settings;
    QTimer m_timer;
    bool m_looking = false;
};

} // namespace switchyard::engine
