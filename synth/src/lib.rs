//! Renders, packages and deploys construct-lib apps.
