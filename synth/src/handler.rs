//! Builds handlers: from the names in a stack to zips, compiling only what changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    assembly::Asset,
    cargo,
    compiler::Compiler,
    context::Context,
    elf,
    error::Error,
    fingerprint::Record,
    lambda::Platform,
    lock::Lock,
    workspace::Bin,
    zip::{self, HandlerZip},
};

/// A handler's zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Built {
    /// Names the zip by its content.
    pub(crate) hash: String,
    /// The zip.
    pub(crate) zip: PathBuf,
    /// The zip's size in bytes.
    pub(crate) size: u64,
    /// Whether it is another one than before.
    pub(crate) is_new: bool,
}

/// A handler on a platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Job {
    /// The bin target's name.
    pub(crate) handler: String,
    /// Where it is to run.
    pub(crate) platform: Platform,
}

impl Job {
    /// What a stack asks for.
    pub(crate) fn of(asset: &Asset) -> Result<Self, Error> {
        Ok(Self { handler: asset.handler.clone(), platform: Platform::of(asset)? })
    }
}

/// Builds what these jobs ask for, with one cargo call for each platform at most.
pub(crate) fn build(cx: &Context, jobs: &BTreeSet<Job>) -> Result<BTreeMap<Job, Built>, Error> {
    let mut built = BTreeMap::new();
    if jobs.is_empty() {
        return Ok(built);
    }
    let workshop = Workshop::open(cx)?;
    let platforms: BTreeSet<_> = jobs.iter().map(|job| job.platform).collect();
    for platform in platforms {
        let jobs: Vec<_> = jobs.iter().filter(|job| job.platform == platform).collect();
        built.extend(workshop.build(platform, &jobs)?);
    }
    Ok(built)
}

/// Where zips are made and kept.
struct Workshop<'a> {
    cx: &'a Context,
    compiler: Compiler<'a>,
    folder: PathBuf,
    _lock: Lock,
}

impl<'a> Workshop<'a> {
    fn open(cx: &'a Context) -> Result<Self, Error> {
        let workspace = cx.workspace()?;
        let folder = workspace.scratch().join("handlers");
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        Ok(Self {
            cx,
            compiler: Compiler::find(workspace)?,
            _lock: Lock::take(&cx.ui, &folder)?,
            folder,
        })
    }

    /// Builds all or nothing: which binaries are built together decides the features of what they
    /// share, and the bytes must not depend on what happened to be up to date.
    fn build(&self, platform: Platform, jobs: &[&Job]) -> Result<Vec<(Job, Built)>, Error> {
        let workspace = self.cx.workspace()?;
        let bins = jobs.iter().map(|job| workspace.bin(&job.handler));
        let bins = bins.collect::<Result<Vec<_>, _>>()?;
        let settings = self.compiler.settings(platform, &bins)?;
        let found: Vec<_> = jobs.iter().map_while(|job| self.find(job, &settings)).collect();
        if found.len() == jobs.len() {
            return Ok(found);
        }
        let started = SystemTime::now();
        let executables = self.compile(platform, &bins)?;
        let mut made = Vec::new();
        for job in jobs {
            let executable = executables
                .get(&job.handler)
                .ok_or_else(|| Error::io("find", &job.handler)(io::ErrorKind::NotFound.into()))?;
            let built = self.pack(job, executable)?;
            if let Some(record) = Record::of_build(&settings, executable, started, &built.hash) {
                record.write(&self.file(job, "json"))?;
            }
            made.push(((*job).clone(), built));
        }
        Ok(made)
    }

    /// The zip of an earlier build, if another build would make the same.
    fn find(&self, job: &Job, settings: &str) -> Option<(Job, Built)> {
        let record = Record::read(&self.file(job, "json"))?;
        let zip = self.file(job, "zip");
        let size = fs::metadata(&zip).ok()?.len();
        let built = Built { hash: record.asset.clone(), zip, size, is_new: false };
        record.is_current(settings).then(|| (job.clone(), built))
    }

    fn compile(
        &self,
        platform: Platform,
        bins: &[&Bin],
    ) -> Result<BTreeMap<String, PathBuf>, Error> {
        let architecture = platform.architecture;
        for bin in bins {
            self.compiler.check_target(bin, architecture)?;
        }
        let names: Vec<_> = bins.iter().map(|bin| bin.name.as_str()).collect();
        let what = format!("Building {} for {architecture}", names.join(", "));
        let command = self.compiler.command(platform, bins);
        cargo::build(&self.cx.ui, &what, command).inspect_err(|_| {
            if let Some(advice) = self.compiler.advice(architecture) {
                self.cx.ui.hint(&advice);
            }
        })
    }

    /// Checks an executable and zips it.
    fn pack(&self, job: &Job, executable: &Path) -> Result<Built, Error> {
        let binary = fs::read(executable).map_err(Error::io("read", executable))?;
        elf::check(&binary, job.platform).map_err(|unfit| Error::Handler {
            handler: job.handler.clone(),
            problem: unfit.to_string(),
            hint: unfit.hint().into(),
        })?;
        self.warn_of_leaks(job, &binary);
        let HandlerZip { hash, bytes } =
            zip::handler(&binary).map_err(|error| Error::io("zip", executable)(error.into()))?;
        let record = self.file(job, "json");
        let before = Record::read(&record);
        if before.is_some() {
            // What it says must not be believed of another zip, should this run end here.
            fs::remove_file(&record).map_err(Error::io("remove", &record))?;
        }
        let zip = self.file(job, "zip");
        fs::write(&zip, &bytes).map_err(Error::io("write", &zip))?;
        let is_new = before.is_none_or(|before| before.asset != hash);
        Ok(Built { hash, zip, size: bytes.len() as u64, is_new })
    }

    fn warn_of_leaks(&self, job: &Job, binary: &[u8]) {
        let Some(folder) = self.compiler.leaks(binary) else {
            return;
        };
        let (handler, folder) = (&job.handler, folder.display());
        self.cx.ui.warn(&format!(
            "handler `{handler}` contains the path {folder}: another machine will build other bytes"
        ));
        self.cx.ui.hint(
            "look for env!(\"CARGO_MANIFEST_DIR\") in the code, and for `rustflags` under [target] in a \
             cargo configuration: they belong under [build]",
        );
    }

    /// A file of this job.
    fn file(&self, job: &Job, extension: &str) -> PathBuf {
        let Platform { architecture, glibc } = job.platform;
        self.folder.join(format!("{}-{architecture}-{glibc}.{extension}", job.handler))
    }
}
